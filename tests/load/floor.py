"""The floor: only the unavoidable, without a framework, in the same run and on the same volume."""

import asyncio
import json
import os
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import tantivy

from dms_kit.adapters.postgres_bus import PostgresBus
from dms_kit.ports.event_bus import Message
from tests.harness.client import an_antrag
from tests.harness.files import a_pdf
from tests.harness.installation import Installation
from tests.load.wire import for_seconds

CLIENTS = 4
_TOPIC = "dms.bench.floor.v1"


class Floor:
    """Fsynced objects and one commit for each Antrag; with `bus` and `index` also what makes it found."""

    def __init__(self, installation: Installation) -> None:
        self._dsn = installation.url("postgres").replace("+asyncpg", "")
        self._bus_url = installation.url("dms_bus")
        self._folder = installation.server.data.parent / "floor"
        self._folder.mkdir(exist_ok=True)
        self._files = [json.dumps(an_antrag()).encode(), a_pdf("Beleg", size=19_000)[1]]

    async def accept(self, seconds: float) -> float:
        """Return Anträge a second: objects durable, one row committed, by four clients."""
        async with asyncpg.create_pool(self._dsn, min_size=CLIENTS, max_size=CLIENTS) as pool:
            await pool.execute("CREATE SCHEMA IF NOT EXISTS bench")
            await pool.execute("CREATE TABLE IF NOT EXISTS bench.floor (id uuid PRIMARY KEY, facts text NOT NULL)")

            async def act(_client: int, _number: int) -> None:
                await self._accept(pool)

            rate = await for_seconds(seconds, CLIENTS, act)
            await pool.execute("DROP SCHEMA bench CASCADE")
            return rate

    async def find(self, number: int) -> float:
        """Return Anträge a second until found: accepted, one message each over the bus, indexed in bulk."""
        bus = PostgresBus(self._bus_url)
        index = _index(self._folder / f"index-{uuid.uuid4().hex}")
        started = time.perf_counter()
        async with asyncpg.create_pool(self._dsn, min_size=CLIENTS, max_size=CLIENTS) as pool:
            await pool.execute("CREATE SCHEMA IF NOT EXISTS bench")
            await pool.execute("CREATE TABLE IF NOT EXISTS bench.floor (id uuid PRIMARY KEY, facts text NOT NULL)")
            group = f"bench-{uuid.uuid4().hex}"
            async with bus.consumer(group, [_TOPIC]) as member:
                await asyncio.gather(
                    *(self._send(pool, bus, number // CLIENTS) for _ in range(CLIENTS)), _collect(member, index, number)
                )
            elapsed = time.perf_counter() - started
            await pool.execute("DROP SCHEMA bench CASCADE")
            await pool.execute("DELETE FROM bus.message WHERE topic = $1", _TOPIC)
            await pool.execute("DELETE FROM bus.group_position WHERE group_name = $1", group)
        await bus.close()
        return number / elapsed

    async def _accept(self, pool: "asyncpg.Pool[asyncpg.Record]") -> uuid.UUID:
        await asyncio.gather(*(asyncio.to_thread(_write_durably, self._folder, content) for content in self._files))
        antrag_id = uuid.uuid4()
        await pool.execute("INSERT INTO bench.floor VALUES ($1, $2)", antrag_id, "x" * 500)
        return antrag_id

    async def _send(self, pool: "asyncpg.Pool[asyncpg.Record]", bus: PostgresBus, number: int) -> None:
        for _ in range(number):
            antrag_id = str(await self._accept(pool))
            await bus.publish([Message(topic=_TOPIC, key=antrag_id, value=b"x" * 500, headers={"ce_id": antrag_id})])


async def _collect(member: object, index: tantivy.Index, number: int) -> None:
    writer = index.writer(num_threads=1)
    seen = 0
    while seen < number // CLIENTS * CLIENTS:
        deliveries: Sequence[object] = await member.fetch()  # type: ignore[attr-defined]
        for delivery in deliveries:
            writer.add_document(tantivy.Document(id=delivery.message.key, text="Anmeldung eines Gewerbes " * 20))  # type: ignore[attr-defined]
        if deliveries:
            await asyncio.to_thread(writer.commit)
            await member.commit(deliveries)  # type: ignore[attr-defined]
            seen += len(deliveries)


def _index(folder: Path) -> tantivy.Index:
    folder.mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", stored=True)
    return tantivy.Index(builder.build(), path=str(folder))


def _write_durably(folder: Path, content: bytes) -> None:
    path = folder / uuid.uuid4().hex
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
