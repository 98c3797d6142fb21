"""Delete objects that nothing needs any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from dms_ingest.use_cases.receive_anlage import SERVICE
from dms_kit.core.clock import Clock
from dms_kit.ports.object_store import ObjectStore

KEPT_AFTER_FILING = timedelta(days=30)
_BATCH = 500


class ObjektReferences(Protocol):
    """The keys that ingest's rows of all Mandanten name."""

    async def release(self, filed_before: datetime) -> int:
        """Make the rows of Anträge filed before then forget their keys, durably; return the number of Anträge."""
        ...

    async def named(self, keys: Sequence[str]) -> set[str]:
        """Return those of the keys that a committed row names."""
        ...


@dataclass(frozen=True, kw_only=True)
class ObjektReaping:
    """What a run of the reaper did: Anträge whose files were given up, objects looked at and deleted."""

    released: int
    seen: int
    deleted: int


async def reap_objekte(
    *, grace: timedelta, references: ObjektReferences, store: ObjectStore, clock: Clock
) -> ObjektReaping:
    """
    Delete ingest's objects that are older than the grace period and that no row names (architecture, objects).

    Rows forget their keys first, so that no row ever points to a missing object.
    """
    now = clock.now()
    released = await references.release(now - KEPT_AFTER_FILING)
    seen, deleted = 0, 0
    batch: list[str] = []
    async for info in store.list(None, SERVICE):
        seen += 1
        if info.modified <= now - grace:
            batch.append(info.key)
        if len(batch) == _BATCH:
            deleted += await _delete_unnamed(batch, references, store)
            batch = []
    deleted += await _delete_unnamed(batch, references, store)
    return ObjektReaping(released=released, seen=seen, deleted=deleted)


async def _delete_unnamed(keys: list[str], references: ObjektReferences, store: ObjectStore) -> int:
    named = await references.named(keys) if keys else set()
    unnamed = [key for key in keys if key not in named]
    for key in unnamed:
        await store.delete(key)
    return len(unnamed)
