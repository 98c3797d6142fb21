"""The sealer of a service: audit entries get a number and a leaf, batch by batch, in the order of transactions."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

import asyncpg
import structlog
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.audit.checkpoints import CheckpointExporter
from dms_kit.audit.hashing import ENTRY_COLUMNS, Tree, leaf_of
from dms_kit.database import is_passing
from dms_kit.telemetry import AUDIT_ALARMS, AUDIT_SEALED, AUDIT_UNEXPORTED_SECONDS, AUDIT_WAITING, AUDIT_WAITING_SECONDS

BATCH = 1000
SEAL_SECONDS = 1.0
EXPORT_SECONDS = 60.0
_POLL_SECONDS = 0.2
_STANDBY_SECONDS = 1.0
_LONGEST_PAUSE = 10.0
_LAST_EXPORT_SECONDS = 2.0
_ALARM_SECONDS = 900.0
_MOST_COUNTED = 100_000
_CLUSTER_SQL = "SELECT system_identifier FROM pg_control_system()"
_BOUNDARY_SQL = 'SELECT xid, entry_id, cluster FROM "{schema}".audit_seal ORDER BY position DESC LIMIT 1'
# All transactions below the horizon have ended, and what they wrote is visible in this snapshot.
_ABOVE = "(xid, id) > ($1, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_COUNT_SQL = 'SELECT count(*) FROM (SELECT FROM "{schema}".audit_entry WHERE {above} LIMIT {batch}) AS waiting'
_ENTRIES_SQL = 'SELECT {columns}, xid FROM "{schema}".audit_entry WHERE {above} ORDER BY xid, id LIMIT {batch}'
_LAST_SEAL_SQL = 'SELECT number, size, peaks FROM "{schema}".audit_seal WHERE mandant = $1 ORDER BY number DESC LIMIT 1'
_LEAVES_SQL = """
    INSERT INTO "{schema}".audit_leaf (mandant, number, entry_id, hash)
    SELECT $1, fresh.* FROM unnest($2::bigint[], $3::bigint[], $4::bytea[]) AS fresh
"""
_SEAL_SQL = """
    INSERT INTO "{schema}".audit_seal (mandant, number, size, root, peaks, xid, entry_id, cluster)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
# Real transactions count from 3: what is sealed lies before, what waits follows, and what is written now comes last.
_REBASE_SQL = """
    UPDATE "{schema}".audit_entry AS entry SET xid = CASE
        WHEN EXISTS (SELECT FROM "{schema}".audit_leaf AS leaf WHERE leaf.entry_id = entry.id) THEN 0 ELSE 1 END
"""
_REBASED_SEAL_SQL = """
    INSERT INTO "{schema}".audit_seal (mandant, number, size, root, peaks, xid, entry_id, cluster)
    SELECT mandant, number + 1, size, root, peaks, 0, 9223372036854775807, $1
    FROM "{schema}".audit_seal ORDER BY position DESC LIMIT 1
"""
_WAITING_SQL = """
    WITH boundary AS ({boundary}), waiting AS (
        SELECT occurred_at FROM "{schema}".audit_entry
        WHERE (xid, id) > (coalesce((SELECT xid FROM boundary), 0), coalesce((SELECT entry_id FROM boundary), 0))
        LIMIT {most}
    )
    SELECT count(*), coalesce(extract(epoch FROM now() - min(occurred_at)), 0)::float FROM waiting
"""
_UNEXPORTED_SQL = """
    SELECT coalesce(extract(epoch FROM now() - min(sealed_at)), 0)::float FROM "{schema}".audit_seal AS seal
    WHERE size > coalesce((
        SELECT max(size) FROM "{schema}".audit_checkpoint AS done WHERE done.mandant = seal.mandant
    ), 0)
"""
_ALARMS_SQL = """
    SELECT count(*) FROM "{schema}".audit_entry AS entry
    WHERE entry.id > :after AND (entry.xid, entry.id) <= (SELECT xid, entry_id FROM ({boundary}) AS boundary)
    AND NOT EXISTS (SELECT FROM "{schema}".audit_leaf AS leaf WHERE leaf.entry_id = entry.id)
"""
_NEWEST_SQL = 'SELECT coalesce(max(id), 0) FROM "{schema}".audit_entry'

log = structlog.get_logger()

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class Sealer:
    """
    Seals once a second while there are entries, and at 1,000; exports every 60 s and at the end (ADR 0010).

    Works with the system role under an advisory lock, one for the whole installation; the others stand by.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        metadata: MetaData,
        service: str,
        exporter: CheckpointExporter,
        *,
        export_seconds: float = EXPORT_SECONDS,
    ) -> None:
        self._engine = engine
        self._schema = str(metadata.schema)
        self._service = service
        self._exporter = exporter
        self._export_seconds = export_seconds
        self._alarmed_at = float("-inf")
        self._alarms, self._looked_at = 0, 0

    async def run(self, stop: asyncio.Event) -> None:
        """Seal and export until `stop` is set, then once more; a lost database or store is waited for."""
        pause = _POLL_SECONDS
        while not stop.is_set():
            try:
                async with self.locked(stop) as connection:
                    pause = _POLL_SECONDS
                    await self._work(connection, stop)
            except Exception as error:
                if not is_passing(error):
                    log.exception("audit.sealing_failed", of=self._service)
                await _sleep(stop, pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    @contextlib.asynccontextmanager
    async def locked(self, stop: asyncio.Event) -> AsyncIterator[Connection]:
        """Open a connection that holds the lock of the sealer; waits for it until `stop` is set."""
        dsn = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            while not await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", f"audit:{self._service}"):
                await _sleep(stop, _STANDBY_SECONDS)
                if stop.is_set():
                    break
            yield connection
        finally:
            await connection.close(timeout=1)

    async def seal(self, connection: Connection) -> int:
        """Seal one batch of all entries that are decided; return how many there were."""
        async with connection.transaction(isolation="repeatable_read"):
            last = await connection.fetchrow(self._sql(_BOUNDARY_SQL))
            cluster: int = await connection.fetchval(_CLUSTER_SQL)
            if last is not None and last["cluster"] != cluster:
                await self._rebase(connection, cluster)
                return 0
            rows = await connection.fetch(self._sql(_ENTRIES_SQL), *_position(last))
            if not rows:
                return 0
            boundary = (rows[-1]["xid"], rows[-1]["id"], cluster)
            for mandant, entries in groupby(sorted(rows, key=itemgetter("mandant")), key=itemgetter("mandant")):
                await self._append(connection, mandant, list(entries), boundary)
        AUDIT_SEALED.labels(self._service).inc(len(rows))
        return len(rows)

    async def close(self) -> None:
        """Give back what the exporter holds."""
        await self._exporter.close()

    async def measure(self) -> None:
        """Set the gauges; for alarms the newest entries are looked at each time, all of them every 15 minutes."""
        count, age = await self._values(_WAITING_SQL)
        AUDIT_WAITING.labels(self._service).set(count)
        AUDIT_WAITING_SECONDS.labels(self._service).set(age)
        (unexported,) = await self._values(_UNEXPORTED_SQL)
        AUDIT_UNEXPORTED_SECONDS.labels(self._service).set(unexported)
        await self._measure_alarms()

    async def count_alarms(self, *, after: int = 0) -> int:
        """Return how many entries lie below the boundary and were never sealed: none was written by a service."""
        (count,) = await self._values(_ALARMS_SQL, after=after)
        return int(count)

    async def _measure_alarms(self) -> None:
        if time.monotonic() - self._alarmed_at >= _ALARM_SECONDS:
            (newest,) = await self._values(_NEWEST_SQL)
            self._alarms, self._looked_at = await self.count_alarms(), int(newest)
            self._alarmed_at = time.monotonic()
        count = self._alarms + await self.count_alarms(after=self._looked_at)
        AUDIT_ALARMS.labels(self._service).set(count)
        if count:
            log.error("audit.unsealed_below_boundary", of=self._service, count=count)

    async def _work(self, connection: Connection, stop: asyncio.Event) -> None:
        if stop.is_set():
            return
        exporting = asyncio.create_task(self._export_until(stop))
        try:
            while not stop.is_set():
                await self._wait_for_batch(connection, stop)
                while await self.seal(connection) == BATCH:
                    continue
        finally:
            exporting.cancel()
            await asyncio.wait([exporting])
        async with asyncio.timeout(_LAST_EXPORT_SECONDS):
            await self._exporter.export()

    async def _wait_for_batch(self, connection: Connection, stop: asyncio.Event) -> None:
        deadline = time.monotonic() + SEAL_SECONDS
        while time.monotonic() < deadline and not stop.is_set():
            position = _position(await connection.fetchrow(self._sql(_BOUNDARY_SQL)))
            if await connection.fetchval(self._sql(_COUNT_SQL), *position) == BATCH:
                return
            await _sleep(stop, _POLL_SECONDS)

    async def _export_until(self, stop: asyncio.Event) -> None:
        # What waited for this process is sealed first.
        await _sleep(stop, min(2 * SEAL_SECONDS, self._export_seconds))
        while not stop.is_set():
            started = time.monotonic()
            try:
                await self._exporter.export()
            except Exception as error:
                if not is_passing(error):
                    log.exception("audit.export_failed", of=self._service)
            await _sleep(stop, max(0.1, self._export_seconds - (time.monotonic() - started)))

    async def _rebase(self, connection: Connection, cluster: int) -> None:
        """Begin the order of transactions anew, on a server to which a logical dump brought the database."""
        log.warning("audit.rebased", of=self._service)
        await connection.execute(self._sql(_REBASE_SQL))
        await connection.execute(self._sql(_REBASED_SEAL_SQL), cluster)

    async def _append(
        self, connection: Connection, mandant: str, entries: Sequence[asyncpg.Record], boundary: tuple[int, int, int]
    ) -> None:
        last = await connection.fetchrow(self._sql(_LAST_SEAL_SQL), mandant)
        tree = Tree(last["size"], last["peaks"]) if last else Tree()
        numbers = range(tree.size + 1, tree.size + 1 + len(entries))
        width = len(ENTRY_COLUMNS)
        leaves = [
            leaf_of(self._service, number, tuple(entry)[:width]) for number, entry in zip(numbers, entries, strict=True)
        ]
        tree.extend(leaves)
        ids = [entry["id"] for entry in entries]
        await connection.execute(self._sql(_LEAVES_SQL), mandant, list(numbers), ids, leaves)
        number = last["number"] + 1 if last else 1
        seal = (mandant, number, tree.size, tree.root(), tree.peaks, *boundary)
        await connection.execute(self._sql(_SEAL_SQL), *seal)

    def _sql(self, statement: str) -> str:
        return statement.format(
            schema=self._schema,
            above=_ABOVE,
            batch=BATCH,
            columns=", ".join(ENTRY_COLUMNS),
            most=_MOST_COUNTED,
            boundary=_BOUNDARY_SQL.format(schema=self._schema),
        )

    async def _values(self, statement: str, **values: int) -> Sequence[float]:
        async with self._engine.connect() as connection:
            return tuple((await connection.execute(text(self._sql(statement)), values)).one())


def _position(last: asyncpg.Record | None) -> tuple[int, int]:
    return (last["xid"], last["entry_id"]) if last else (0, 0)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
