"""The event bus of the embedded profile: topics in PostgreSQL tables."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import asyncpg

from dms_kit.core.errors import StorageFullError, UnavailableError
from dms_kit.database import is_disk_full, is_unavailable
from dms_kit.ports.event_bus import MAX_MESSAGE_BYTES, Backlog, BusConsumer, Delivery, Message, MessageTooLargeError

_CHANNEL = "dms_bus"
_RETENTION_DAYS = 14
_SCHEMA = """
CREATE TABLE IF NOT EXISTS bus.message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    value bytea NOT NULL,
    headers jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS ix_message_topic_id ON bus.message (topic, id);
CREATE TABLE IF NOT EXISTS bus.group_position (
    group_name text NOT NULL,
    topic text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (group_name, topic)
);
"""
_PUBLISH = """
INSERT INTO bus.message (topic, key, value, headers)
SELECT $1, key, value, headers
FROM unnest($2::text[], $3::bytea[], $4::jsonb[]) WITH ORDINALITY AS fresh (key, value, headers, place)
ORDER BY place
"""
_FETCH = """
SELECT found.* FROM unnest($1::text[], $2::bigint[]) AS wanted (topic, position)
CROSS JOIN LATERAL (
    SELECT id, topic, key, value, headers FROM bus.message
    WHERE message.topic = wanted.topic AND message.id > wanted.position
    ORDER BY message.id LIMIT $3
) AS found
ORDER BY found.id LIMIT $3
"""
_COMMIT = """
INSERT INTO bus.group_position (group_name, topic, position)
SELECT $1, topic, position FROM unnest($2::text[], $3::bigint[]) AS done (topic, position)
ON CONFLICT (group_name, topic) DO UPDATE
SET position = greatest(group_position.position, excluded.position)
"""
# OFFSET 0 keeps the planner from joining all messages first: each topic is read from the group's position on.
_BACKLOG = """
SELECT count(*) AS count, min(waiting.headers ->> 'ce_time') AS oldest
FROM unnest($2::text[]) AS wanted (topic)
LEFT JOIN bus.group_position AS known ON known.group_name = $1 AND known.topic = wanted.topic
CROSS JOIN LATERAL (
    SELECT message.headers FROM bus.message
    WHERE message.topic = wanted.topic AND message.id > coalesce(known.position, 0)
    OFFSET 0
) AS waiting
WHERE coalesce(waiting.headers ->> 'dms-republish', $1) = $1
"""


class PostgresBus:
    """
    An `EventBus` whose topics are rows; one member of a group is active, the others wait for its lock.

    Writers of one topic take turns, so ids of a topic become visible in their order and no reader passes one by.
    """

    def __init__(self, url: str, *, pool_size: int = 6) -> None:
        self._dsn = url.replace("postgresql+asyncpg://", "postgresql://")
        self._pool_size = pool_size
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._pool_lock = asyncio.Lock()

    async def migrate(self) -> None:
        """Create the tables; harmless when they exist. Needs the schema `bus` and rights on it."""
        async with self._connection() as connection:
            await connection.execute(_SCHEMA)

    async def close(self) -> None:
        """Close all connections."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def publish(self, messages: Sequence[Message]) -> None:
        """Append durably; messages of one topic become visible together."""
        for message in messages:
            if len(message.value) > MAX_MESSAGE_BYTES:
                raise MessageTooLargeError(message.type)
        by_topic = groupby(sorted(messages, key=attrgetter("topic")), key=attrgetter("topic"))
        async with self._connection() as connection:
            async with connection.transaction():
                for topic, group in by_topic:
                    rows = list(group)
                    await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"topic:{topic}")
                    await connection.execute(
                        _PUBLISH,
                        topic,
                        [row.key for row in rows],
                        [row.value for row in rows],
                        [json.dumps(dict(row.headers)) for row in rows],
                    )
            await connection.execute(f"NOTIFY {_CHANNEL}")

    @contextlib.asynccontextmanager
    async def consumer(self, group: str, topics: Sequence[str]) -> AsyncIterator[BusConsumer]:
        """Join a group; waits until no other member is active."""
        with _translated():
            connection = await asyncpg.connect(self._dsn, timeout=10)
        try:
            member = _Member(connection, group, sorted(topics))
            await member.join()
            yield member
        finally:
            await connection.close(timeout=1)

    async def backlog(self, group: str, topics: Sequence[str]) -> Backlog:
        """Count what the group has not committed, without what is republished for other groups."""
        async with self._connection() as connection:
            row = await connection.fetchrow(_BACKLOG, group, list(topics))
        oldest = row["oldest"] if row else None
        return Backlog(count=row["count"] if row else 0, oldest=datetime.fromisoformat(oldest) if oldest else None)

    async def ping(self) -> None:
        """Ask the server for a row."""
        async with self._connection() as connection:
            await connection.fetchval("SELECT 1 FROM bus.message LIMIT 1")

    async def prune(self) -> None:
        """Delete messages older than the retention (14 days)."""
        async with self._connection() as connection:
            await connection.execute(
                "DELETE FROM bus.message WHERE created_at < now() - make_interval(days => $1)", _RETENTION_DAYS
            )

    @contextlib.asynccontextmanager
    async def _connection(self) -> "AsyncIterator[asyncpg.pool.PoolConnectionProxy[asyncpg.Record]]":
        with _translated():
            async with self._pool_lock:
                if self._pool is None:
                    self._pool = await asyncpg.create_pool(
                        self._dsn, min_size=0, max_size=self._pool_size, timeout=10, command_timeout=30
                    )
            async with self._pool.acquire(timeout=10) as connection:
                yield connection


class _Member:
    """The active member of a group, on a connection of its own that holds the group's lock."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", group: str, topics: Sequence[str]) -> None:
        self._connection = connection
        self._group = group
        self._positions: dict[str, int] = dict.fromkeys(topics, 0)
        self._woken = asyncio.Event()

    async def join(self) -> None:
        with _translated():
            await self._connection.add_listener(_CHANNEL, lambda *_: self._woken.set())
            while not await self._connection.fetchval(
                "SELECT pg_try_advisory_lock(hashtext($1))", f"group:{self._group}"
            ):
                await asyncio.sleep(0.2)
            rows = await self._connection.fetch(
                "SELECT topic, position FROM bus.group_position WHERE group_name = $1", self._group
            )
        known = {row["topic"]: row["position"] for row in rows}
        self._positions = {topic: known.get(topic, 0) for topic in self._positions}

    async def fetch(self, *, limit: int = 200, wait: float = 0.2) -> Sequence[Delivery]:
        self._woken.clear()
        found = await self._fetch(limit)
        if not found:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), wait)
            found = await self._fetch(limit)
        for delivery in found:
            self._positions[delivery.message.topic] = delivery.position
        return found

    async def commit(self, deliveries: Sequence[Delivery]) -> None:
        last: dict[str, int] = {}
        for delivery in deliveries:
            last[delivery.message.topic] = max(delivery.position, last.get(delivery.message.topic, 0))
        with _translated():
            await self._connection.execute(_COMMIT, self._group, list(last), list(last.values()))

    async def _fetch(self, limit: int) -> list[Delivery]:
        with _translated():
            rows = await self._connection.fetch(
                _FETCH, list(self._positions), list(self._positions.values()), limit, timeout=30
            )
        return [
            Delivery(
                Message(topic=row["topic"], key=row["key"], value=row["value"], headers=_headers(row["headers"])),
                row["id"],
            )
            for row in rows
        ]


def _headers(raw: str) -> Mapping[str, str]:
    loaded: dict[str, str] = json.loads(raw)
    return loaded


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        if is_disk_full(error):
            raise StorageFullError from error
        if is_unavailable(error) or isinstance(error, asyncpg.InterfaceError):
            raise UnavailableError from error
        raise
