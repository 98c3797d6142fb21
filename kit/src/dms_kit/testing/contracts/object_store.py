"""What every object store promises."""

import asyncio
import hashlib
import os
import tracemalloc
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from dms_kit.ports.object_store import BLOCK_SIZE, ObjectNotFoundError, ObjectStore, ObjectTooLargeError

UNKNOWN = "dueren/ingest/019ac1a2-5f00-7000-8000-000000000000"


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    """Yield the chunks."""
    for chunk in chunks:
        yield chunk


async def broken_stream(*chunks: bytes) -> AsyncIterator[bytes]:
    """Yield the chunks, then break off."""
    for chunk in chunks:
        yield chunk
    raise ConnectionResetError


async def content(store: ObjectStore, key: str, *, start: int = 0, length: int | None = None) -> bytes:
    """Read an object as a whole."""
    return b"".join([chunk async for chunk in store.read(key, start=start, length=length)])


async def keys(store: ObjectStore, mandant: str | None, service: str) -> set[str]:
    """Return the listed keys."""
    return {info.key async for info in store.list(mandant, service)}


@contextmanager
def memory_below(limit: int) -> Iterator[None]:
    """Fail when more than so many bytes were held at once beyond what was held before."""
    tracemalloc.start()
    try:
        yield
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < limit, f"{peak / 1e6:.1f} MB were held at once"


class ObjectStoreContract(ABC):
    """Bind it with a `store` that starts empty."""

    @pytest.fixture
    @abstractmethod
    async def store(self) -> AsyncIterator[ObjectStore]:
        """Yield the adapter under test."""

    @pytest.mark.parametrize(
        "size", [0, 1, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1, 8 * BLOCK_SIZE, 8 * BLOCK_SIZE + 17, 16 * BLOCK_SIZE]
    )
    async def test_object_comes_back_as_written(self, store: ObjectStore, size: int) -> None:
        data = os.urandom(size)
        stored = await store.put("dueren", "ingest", stream(data[:700], data[700:]))
        assert await content(store, stored.key) == data
        assert stored.size == size
        assert stored.sha256 == hashlib.sha256(data).hexdigest()
        assert stored.sha512 == hashlib.sha512(data).hexdigest()

    async def test_each_block_has_its_digest(self, store: ObjectStore) -> None:
        data = os.urandom(2 * BLOCK_SIZE + 5)
        stored = await store.put("dueren", "ingest", stream(data))
        blocks = [data[start : start + BLOCK_SIZE] for start in range(0, len(data), BLOCK_SIZE)]
        assert stored.blocks == b"".join(hashlib.sha256(block).digest() for block in blocks)

    async def test_64_mib_are_written_and_read_in_constant_memory(self, store: ObjectStore) -> None:
        piece = os.urandom(BLOCK_SIZE // 2)
        expected = hashlib.sha256()

        async def pieces() -> AsyncIterator[bytes]:
            for number in range(128):
                data = number.to_bytes(4) + piece[4:]
                expected.update(data)
                yield data

        with memory_below(40 * BLOCK_SIZE):
            stored = await store.put("dueren", "ingest", pieces())
            found = hashlib.sha256()
            async for chunk in store.read(stored.key):
                found.update(chunk)
        assert found.hexdigest() == stored.sha256 == expected.hexdigest()
        assert (stored.size, len(stored.blocks)) == (64 * BLOCK_SIZE, 64 * 32)

    async def test_key_names_mandant_and_service(self, store: ObjectStore) -> None:
        first = await store.put("dueren", "ingest", stream(b"a"))
        second = await store.put("dueren", "ingest", stream(b"a"))
        assert first.key.startswith("dueren/ingest/")
        assert first.key != second.key

    @pytest.mark.parametrize("name", ["", "..", "a/b", "A", "a\x00", "ä", "x" * 64])
    async def test_names_that_are_no_words_are_refused(self, store: ObjectStore, name: str) -> None:
        with pytest.raises(ValueError, match="named by"):
            await store.put(name, "ingest", stream(b"a"))
        with pytest.raises(ValueError, match="named by"):
            await store.put("dueren", name, stream(b"a"))

    @pytest.mark.parametrize(
        ("start", "length"), [(0, 10), (5, None), (BLOCK_SIZE - 3, 6), (7, 0), (10**9, None), (10, 10**9)]
    )
    async def test_a_part_can_be_read(self, store: ObjectStore, start: int, length: int | None) -> None:
        data = os.urandom(BLOCK_SIZE + 100)
        stored = await store.put("dueren", "ingest", stream(data))
        expected = data[start:] if length is None else data[start : start + length]
        assert await content(store, stored.key, start=start, length=length) == expected

    async def test_chunks_are_at_most_a_block(self, store: ObjectStore) -> None:
        stored = await store.put("dueren", "ingest", stream(os.urandom(3 * BLOCK_SIZE)))
        assert max([len(chunk) async for chunk in store.read(stored.key)]) <= BLOCK_SIZE

    async def test_limit_is_inclusive(self, store: ObjectStore) -> None:
        assert (await store.put("dueren", "ingest", stream(b"12345", b"67890"), limit=10)).size == 10

    @pytest.mark.parametrize("size", [11, 3 * BLOCK_SIZE, 20 * BLOCK_SIZE])
    async def test_beyond_the_limit_nothing_is_visible(self, store: ObjectStore, size: int) -> None:
        with pytest.raises(ObjectTooLargeError):
            await store.put("dueren", "ingest", stream(bytes(size - 1), b"x"), limit=size - 1)
        assert await keys(store, None, "ingest") == set()

    @pytest.mark.parametrize("size", [10, 3 * BLOCK_SIZE, 20 * BLOCK_SIZE])
    async def test_broken_stream_leaves_nothing_visible(self, store: ObjectStore, size: int) -> None:
        with pytest.raises(ConnectionResetError):
            await store.put("dueren", "ingest", broken_stream(bytes(size)))
        assert await keys(store, None, "ingest") == set()

    async def test_cancelled_put_leaves_nothing_visible(self, store: ObjectStore) -> None:
        arrived = asyncio.Event()

        async def endless() -> AsyncIterator[bytes]:
            yield bytes(2 * BLOCK_SIZE)
            arrived.set()
            await asyncio.sleep(3600)

        task = asyncio.create_task(store.put("dueren", "ingest", endless()))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await keys(store, None, "ingest") == set()

    async def test_copy_lives_on_without_its_original(self, store: ObjectStore) -> None:
        stored = await store.put("dueren", "ingest", stream(b"abc"))
        copied = await store.copy(stored.key, "dueren", "records")
        await store.delete(stored.key)
        assert copied.startswith("dueren/records/")
        assert await content(store, copied) == b"abc"

    async def test_copy_is_made_where_the_object_is(self, store: ObjectStore) -> None:
        data = os.urandom(20 * BLOCK_SIZE)
        stored = await store.put("dueren", "ingest", stream(data))
        with memory_below(BLOCK_SIZE // 2):
            copied = await store.copy(stored.key, "dueren", "records")
        assert await content(store, copied) == data

    async def test_list_keeps_services_and_mandanten_apart(self, store: ObjectStore) -> None:
        ours = await store.put("dueren", "ingest", stream(b"a"))
        theirs = await store.put("nachbarstadt", "ingest", stream(b"b"))
        other = await store.put("dueren", "records", stream(b"c"))
        assert await keys(store, "dueren", "ingest") == {ours.key}
        assert await keys(store, None, "ingest") == {ours.key, theirs.key}
        assert await keys(store, None, "records") == {other.key}
        assert await keys(store, "niemand", "ingest") == set()

    async def test_stat_tells_size_and_time(self, store: ObjectStore) -> None:
        stored = await store.put("dueren", "ingest", stream(b"abc"))
        info = await store.stat(stored.key)
        assert (info.key, info.size) == (stored.key, 3)
        assert abs(datetime.now(UTC) - info.modified) < timedelta(minutes=1)

    @pytest.mark.parametrize("key", [UNKNOWN, "../../etc/passwd", "dueren/ingest/x", "", "dueren/ingest/../" + UNKNOWN])
    async def test_unknown_and_malformed_keys_are_not_found(self, store: ObjectStore, key: str) -> None:
        with pytest.raises(ObjectNotFoundError):
            await content(store, key)
        with pytest.raises(ObjectNotFoundError):
            await store.stat(key)
        with pytest.raises(ObjectNotFoundError):
            await store.copy(key, "dueren", "records")
        await store.delete(key)

    async def test_deleted_object_is_gone(self, store: ObjectStore) -> None:
        stored = await store.put("dueren", "ingest", stream(b"abc"))
        await store.delete(stored.key)
        await store.delete(stored.key)
        with pytest.raises(ObjectNotFoundError):
            await store.stat(stored.key)

    async def test_parallel_puts_do_not_mix(self, store: ObjectStore) -> None:
        contents = [os.urandom(10_000 + number) for number in range(40)]
        stored = await asyncio.gather(*(store.put("dueren", "ingest", stream(data)) for data in contents))
        assert [await content(store, each.key) for each in stored] == contents

    async def test_ping_succeeds(self, store: ObjectStore) -> None:
        await store.ping()
