"""An S3 server is killed under load and started again."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from dms_kit.adapters.s3_store import PART_SIZE, S3Store
from dms_kit.core.errors import UnavailableError
from dms_kit.testing.contracts.object_store import keys, stream

pytestmark = pytest.mark.real

WRITERS, ROUNDS, OBJECTS = 4, 3, 40


@dataclass
class Written:
    """What was tried (hashes), and what was acknowledged (key → hash)."""

    tried: set[str] = field(default_factory=set)
    acknowledged: dict[str, str] = field(default_factory=dict)


@pytest.fixture
async def store(own_seaweedfs) -> AsyncIterator[S3Store]:
    store = S3Store(own_seaweedfs.bucket_of("ingest"), "ingest", timeout=60.0)
    yield store
    await store.close()


@pytest.mark.timeout(900)
async def test_killed_store_keeps_every_acknowledged_object(store, own_seaweedfs):
    written = Written()
    for _round in range(ROUNDS):
        before = len(written.acknowledged)
        writers = [asyncio.create_task(write(store, written, number)) for number in range(WRITERS)]
        # Under load for as long as it takes: a time would be too short on a busy machine.
        async with asyncio.timeout(120):
            while len(written.acknowledged) < before + OBJECTS:
                assert not any(writer.done() for writer in writers)
                await asyncio.sleep(0.05)
        assert not any(writer.done() for writer in writers)
        await asyncio.to_thread(own_seaweedfs.kill)
        await asyncio.gather(*writers)
        with pytest.raises(UnavailableError):
            await store.ping()
        await asyncio.to_thread(own_seaweedfs.start)
        await store.ping()
        await check(store, written)
    print(f"{len(written.acknowledged)} acknowledged in {ROUNDS} rounds, 0 lost")  # noqa: T201


async def write(store: S3Store, written: Written, number: int) -> None:
    """Write until the server is gone; every eighth object of the first writer takes more than one part."""
    count = 0
    while True:
        count += 1
        data = os.urandom(PART_SIZE + 1000 if number == 0 and count % 8 == 0 else 20_000)
        digest = hashlib.sha256(data).hexdigest()
        written.tried.add(digest)
        try:
            stored = await store.put("dueren", "ingest", stream(data))
        except UnavailableError:
            return
        written.acknowledged[stored.key] = digest


async def check(store: S3Store, written: Written) -> None:
    """Read all that is visible: everything acknowledged is there, and nothing that is only half written."""
    visible = {info.key async for info in store.list("dueren", "ingest") if info.size}
    assert set(written.acknowledged) <= visible
    for key in visible:
        digest = hashlib.sha256()
        async for chunk in store.read(key):
            digest.update(chunk)
        assert digest.hexdigest() == written.acknowledged.get(key, digest.hexdigest())
        assert digest.hexdigest() in written.tried
    leftovers = await keys(store, "dueren", "ingest") - set(written.acknowledged)
    for key in leftovers:
        await store.delete(key)
    assert await keys(store, "dueren", "ingest") == set(written.acknowledged)
