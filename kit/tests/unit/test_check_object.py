"""The check of one object."""

import hashlib
from collections.abc import AsyncIterator

import pytest

from dms_kit.core.errors import UnavailableError
from dms_kit.core.fixity import Schaden
from dms_kit.fixity.check import check_object
from dms_kit.ports.named_objects import NamedObject
from dms_kit.ports.object_store import BLOCK_SIZE
from dms_kit.testing.fakes import MemoryStore

CONTENT = bytes(range(256)) * 5000


class UnreadableStore(MemoryStore):
    """Fails to read, as a disk does at a bad sector, although it is there."""

    async def read(self, key: str, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        raise UnavailableError
        yield b""


async def written(store: MemoryStore) -> NamedObject:
    async def chunks() -> AsyncIterator[bytes]:
        yield CONTENT

    stored = await store.put("dueren", "records", chunks())
    return NamedObject(stored.key, stored.size, stored.sha256)


async def test_a_whole_object_has_no_damage() -> None:
    store = MemoryStore()
    assert await check_object(store, await written(store)) is None


@pytest.mark.parametrize("place", [0, BLOCK_SIZE, len(CONTENT) - 1])
async def test_one_flipped_bit_anywhere_is_found(place: int) -> None:
    store = MemoryStore()
    wanted = await written(store)
    changed = bytearray(CONTENT)
    changed[place] ^= 1
    store.objects[wanted.key] = bytes(changed)
    assert await check_object(store, wanted) is Schaden.PRUEFSUMME


@pytest.mark.parametrize("content", [CONTENT[:-1], CONTENT + b"x", b""])
async def test_another_size_is_found(content: bytes) -> None:
    store = MemoryStore()
    wanted = await written(store)
    store.objects[wanted.key] = content
    assert await check_object(store, wanted) is Schaden.GROESSE


async def test_a_missing_object_is_found() -> None:
    store = MemoryStore()
    wanted = await written(store)
    store.objects.clear()
    assert await check_object(store, wanted) is Schaden.FEHLT


async def test_a_store_that_is_away_says_nothing_of_an_object() -> None:
    store = MemoryStore()
    wanted = await written(store)
    store.failure = UnavailableError()
    with pytest.raises(UnavailableError):
        await check_object(store, wanted)


async def test_what_a_store_in_order_cannot_read_is_unreadable() -> None:
    digest = hashlib.sha256(b"").hexdigest()
    assert await check_object(UnreadableStore(), NamedObject("dueren/records/x", 0, digest)) is Schaden.UNLESBAR
