"""The comparison of a service's rows with the object store, both ways, by reading everything."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dms_kit.fixity.check import check_object
from dms_kit.ports.named_objects import NamedObject, NamedObjects
from dms_kit.ports.object_store import ObjectStore

ORPHAN = "verwaist"
_PAGE = 200
_AT_ONCE = 4


@dataclass(frozen=True, order=True)
class Finding:
    """What is wrong (a word of ours), and with what (an object's key, or the like)."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"BEFUND {self.kind} {self.key}"


async def damaged_objects(
    store: ObjectStore, named: NamedObjects, *, progress: Callable[[int, int], None]
) -> AsyncIterator[Finding]:
    """Read every object that rows name; `progress` is told how many objects and bytes more were read."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def check(wanted: NamedObject) -> Finding | None:
        async with gate:
            schaden = await check_object(store, wanted)
        # Its row may have gone meanwhile, and the object with it.
        is_still_named = schaden is not None and await named.find([wanted.key])
        return Finding(schaden.value, wanted.key) if schaden is not None and is_still_named else None

    for mandant in await named.mandanten():
        after: str | None = None
        while page := await named.page(mandant, after=after, limit=_PAGE):
            for finding in await asyncio.gather(*(check(wanted) for wanted in page)):
                if finding is not None:
                    yield finding
            progress(len(page), sum(wanted.size for wanted in page))
            after = page[-1].key


async def orphaned_objects(
    store: ObjectStore, named: NamedObjects, service: str, *, written_before: datetime, progress: Callable[[int], None]
) -> AsyncIterator[Finding]:
    """Find the objects of a service that no row names; a young one may belong to a row that is about to be written."""
    batch: list[str] = []
    async for info in store.list(None, service):
        progress(1)
        if info.modified <= written_before:
            batch.append(info.key)
        if len(batch) == _PAGE:
            for finding in await _unnamed(named, batch):
                yield finding
            batch = []
    for finding in await _unnamed(named, batch):
        yield finding


async def _unnamed(named: NamedObjects, keys: Sequence[str]) -> list[Finding]:
    known = {one.key for one in await named.find(keys)} if keys else set()
    return [Finding(ORPHAN, key) for key in keys if key not in known]
