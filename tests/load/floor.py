"""The floor: only the unavoidable, without a framework, in the same run and on the same volume."""

import asyncio
import json
import os
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import asyncpg
import tantivy

from dms_kit.adapters.postgres_bus import PostgresBus
from dms_kit.ports.event_bus import BusConsumer, EventBus, Message
from tests.harness.client import an_antrag
from tests.harness.files import a_pdf
from tests.harness.installation import Installation
from tests.load.wire import for_seconds

CLIENTS = 4
_TEXT = "Anmeldung eines Gewerbes " * 20


class Index(Protocol):
    """An empty index of the profile."""

    async def open(self) -> None:
        """Make it."""
        ...

    async def add(self, keys: Sequence[str], text: str) -> None:
        """Write a batch durably; it can be found then."""
        ...

    async def close(self) -> None:
        """Remove it."""
        ...


class Floor(ABC):
    """Durable objects and one commit for each Antrag; with bus and index also what makes it found."""

    def __init__(self, url: str) -> None:
        self._dsn = url.replace("+asyncpg", "")
        self._files = [json.dumps(an_antrag()).encode(), a_pdf("Beleg", size=19_000)[1]]

    @abstractmethod
    def put(self, content: bytes) -> None:
        """Write one object durably; called in threads."""

    @abstractmethod
    def bus(self) -> EventBus:
        """Return the bus of the profile; the caller closes it."""

    @abstractmethod
    def index(self) -> Index:
        """Return a fresh index of the profile."""

    async def accept(self, seconds: float) -> float:
        """Return Anträge a second: objects durable, one row committed, by four clients."""
        async with self._table() as pool:

            async def act(_client: int, _number: int) -> None:
                await self._accept(pool)

            return await for_seconds(seconds, CLIENTS, act)

    async def find(self, number: int) -> float:
        """Return Anträge a second until found: accepted, one message each over the bus, indexed in bulk."""
        bus, index, mark = self.bus(), self.index(), uuid.uuid4().hex
        topic = f"dms.bench.floor-{mark}.v1"
        await index.open()
        async with self._table() as pool, bus.consumer(f"bench-{mark}", [topic]) as member:
            started = time.perf_counter()
            await asyncio.gather(
                *(self._send(pool, bus, topic, number // CLIENTS) for _ in range(CLIENTS)),
                _collect(member, index, number // CLIENTS * CLIENTS),
            )
            elapsed = time.perf_counter() - started
        await bus.close()
        await index.close()
        return number / elapsed

    @asynccontextmanager
    async def _table(self) -> "AsyncIterator[asyncpg.Pool[asyncpg.Record]]":
        async with asyncpg.create_pool(self._dsn, min_size=CLIENTS, max_size=CLIENTS) as pool:
            await pool.execute("CREATE SCHEMA IF NOT EXISTS bench")
            await pool.execute("CREATE TABLE IF NOT EXISTS bench.floor (id uuid PRIMARY KEY, facts text NOT NULL)")
            yield pool
            await pool.execute("DROP SCHEMA bench CASCADE")

    async def _accept(self, pool: "asyncpg.Pool[asyncpg.Record]") -> uuid.UUID:
        await asyncio.gather(*(asyncio.to_thread(self.put, content) for content in self._files))
        antrag_id = uuid.uuid4()
        await pool.execute("INSERT INTO bench.floor VALUES ($1, $2)", antrag_id, "x" * 500)
        return antrag_id

    async def _send(self, pool: "asyncpg.Pool[asyncpg.Record]", bus: EventBus, topic: str, number: int) -> None:
        for _ in range(number):
            antrag_id = str(await self._accept(pool))
            await bus.publish([Message(topic=topic, key=antrag_id, value=b"x" * 500, headers={"ce_id": antrag_id})])


class EmbeddedFloor(Floor):
    """Fsynced files, rows as messages, and tantivy."""

    def __init__(self, installation: Installation) -> None:
        super().__init__(installation.url("postgres"))
        self._bus_url = installation.url("dms_bus")
        self._folder = installation.server.data.parent / "floor"
        self._folder.mkdir(exist_ok=True)

    def put(self, content: bytes) -> None:
        """Write a file, sync it, and sync its name."""
        path = self._folder / uuid.uuid4().hex
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def bus(self) -> EventBus:
        """Return the bus of rows."""
        return PostgresBus(self._bus_url)

    def index(self) -> Index:
        """Return a folder of tantivy."""
        return _TantivyIndex(self._folder / f"index-{uuid.uuid4().hex}")


class _TantivyIndex:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: tantivy.IndexWriter | None = None

    async def open(self) -> None:
        self._folder.mkdir()
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        builder.add_text_field("text", stored=True)
        self._writer = tantivy.Index(builder.build(), path=str(self._folder)).writer(num_threads=1)

    async def add(self, keys: Sequence[str], text: str) -> None:
        assert self._writer is not None
        for key in keys:
            self._writer.add_document(tantivy.Document(id=key, text=text))
        await asyncio.to_thread(self._writer.commit)

    async def close(self) -> None:
        """Leave the folder to whoever removes the installation."""


async def _collect(member: BusConsumer, index: Index, number: int) -> None:
    seen = 0
    while seen < number:
        deliveries = await member.fetch()
        if deliveries:
            await index.add([delivery.message.key for delivery in deliveries], _TEXT)
            await member.commit(deliveries)
            seen += len(deliveries)
