"""The reaper deletes what no row names, and only that."""

from datetime import UTC, datetime, timedelta

from dms_ingest.use_cases.reap_objekte import ObjektReaping, reap_objekte
from dms_kit.testing.clock import ManualClock
from dms_kit.testing.fakes import MemoryStore


class References:
    def __init__(self, *keys: str) -> None:
        self.keys = set(keys)
        self.filed_before: datetime | None = None

    async def release(self, filed_before):
        self.filed_before = filed_before
        return 0

    async def named(self, keys):
        return self.keys & set(keys)


async def chunk(data: bytes):
    yield data


async def put(store: MemoryStore, service: str = "ingest") -> str:
    return (await store.put("dueren", service, chunk(b"x"))).key


async def test_only_unnamed_objects_of_ingest_are_deleted():
    store = MemoryStore()
    named, unnamed, foreign = await put(store), await put(store), await put(store, "records")
    clock = ManualClock(datetime.now(UTC) + timedelta(seconds=1))
    done = await reap_objekte(grace=timedelta(0), references=References(named), store=store, clock=clock)
    assert done == ObjektReaping(released=0, seen=2, deleted=1)
    assert set(store.objects) == {named, foreign}
    assert unnamed not in store.objects


async def test_young_objects_stay():
    store = MemoryStore()
    await put(store)
    clock = ManualClock(datetime.now(UTC) + timedelta(hours=23))
    done = await reap_objekte(grace=timedelta(hours=24), references=References(), store=store, clock=clock)
    assert done.deleted == 0
    assert len(store.objects) == 1


async def test_files_are_kept_for_thirty_days_after_filing():
    references, clock = References(), ManualClock()
    await reap_objekte(grace=timedelta(0), references=references, store=MemoryStore(), clock=clock)
    assert references.filed_before == clock.now() - timedelta(days=30)
