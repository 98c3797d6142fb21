"""The relay of a service: outbox → bus, in order, one at a time for the whole installation."""

import asyncio
import contextlib
import time
from typing import Any

import asyncpg
import structlog
from sqlalchemy import MetaData, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.database import is_passing
from dms_kit.messaging.waking import channel_of
from dms_kit.ports.event_bus import EventBus, Message
from dms_kit.telemetry import OUTBOX_BACKLOG, OUTBOX_FAILURES, OUTBOX_LAG_SECONDS, OUTBOX_SENT

_BATCH = 500
_POLL_SECONDS = 0.2
_LONGEST_PAUSE = 10.0
_PRUNE_SECONDS = 3600.0
_RETENTION = (
    ("outbox", "sent_at < now() - interval '30 days'"),
    ("inbox", "created_at < now() - interval '60 days'"),
    ("idempotency_key", "NOT lives_forever AND created_at < now() - interval '24 hours'"),
)

log = structlog.get_logger()


class Relay:
    """
    Sends committed outbox rows to the bus; works with the system role under an advisory lock.

    A failed send leaves its rows unsent and is tried again; a crash between send and mark sends twice, which every
    inbox recognises.
    """

    def __init__(self, engine: AsyncEngine, metadata: MetaData, bus: EventBus, service: str) -> None:
        self._engine = engine
        self._schema = metadata.schema
        self._outbox: Any = metadata.tables[f"{metadata.schema}.outbox"]
        self._bus = bus
        self._service = service
        self._woken = asyncio.Event()
        self._pruned_at = float("-inf")

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until `stop` is set; a lost database or bus is waited for."""
        pause = _POLL_SECONDS
        while not stop.is_set():
            try:
                async with self._locked_connection(stop) as connection:
                    pause = _POLL_SECONDS
                    await self._relay(connection, stop)
            except Exception as error:
                OUTBOX_FAILURES.labels(self._service).inc()
                if not is_passing(error):
                    log.exception("relay.failed", service=self._service)
                await _sleep(stop, pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def measure(self) -> None:
        """Set the gauges of backlog and lag."""
        count, age = await self.backlog()
        OUTBOX_BACKLOG.labels(self._service).set(count)
        OUTBOX_LAG_SECONDS.labels(self._service).set(age)

    async def backlog(self) -> tuple[int, float]:
        """Return how many rows wait and for how many seconds the oldest one has."""
        columns = self._outbox.c
        age = func.coalesce(func.extract("epoch", func.now() - func.min(columns.created_at)), 0)
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(func.count(), age).where(columns.sent_at.is_(None)))).one()
            return int(row[0]), float(row[1])

    @contextlib.asynccontextmanager
    async def _locked_connection(self, stop: asyncio.Event) -> Any:
        dsn = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            await connection.add_listener(channel_of(self._service), lambda *_: self._woken.set())
            while not await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", f"relay:{self._service}"):
                await _sleep(stop, _POLL_SECONDS)
                if stop.is_set():
                    break
            yield connection
        finally:
            await connection.close(timeout=1)

    async def _relay(self, connection: "asyncpg.Connection[asyncpg.Record]", stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._woken.clear()
            if connection.is_closed():
                # The advisory lock went with the connection: another relay may hold it now.
                raise ConnectionError
            if await self._send_batch() == _BATCH:
                continue
            await self._prune()
            waiting = [asyncio.ensure_future(self._woken.wait()), asyncio.ensure_future(stop.wait())]
            await asyncio.wait(waiting, timeout=_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()

    async def _send_batch(self) -> int:
        columns = self._outbox.c
        async with self._engine.connect() as connection:
            rows = (
                await connection.execute(
                    select(columns.id, columns.topic, columns.aggregateid, columns.payload, columns.headers)
                    .where(columns.sent_at.is_(None))
                    .order_by(columns.id)
                    .limit(_BATCH)
                )
            ).all()
        if not rows:
            return 0
        await self._bus.publish(
            [Message(topic=row.topic, key=row.aggregateid, value=row.payload, headers=row.headers) for row in rows]
        )
        async with self._engine.begin() as connection:
            await connection.execute(
                update(self._outbox).where(columns.id.in_([row.id for row in rows])).values(sent_at=func.now())
            )
        for row in rows:
            OUTBOX_SENT.labels(self._service, row.topic).inc()
        return len(rows)

    async def _prune(self) -> None:
        if time.monotonic() - self._pruned_at < _PRUNE_SECONDS:
            return
        self._pruned_at = time.monotonic()
        for table, condition in _RETENTION:
            async with self._engine.begin() as connection:
                await connection.execute(text(f'DELETE FROM "{self._schema}".{table} WHERE {condition}'))  # noqa: S608


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
