"""Delete objects of records that no row names."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from dms_kit.core.clock import Clock
from dms_kit.ports.object_store import ObjectStore
from dms_records.use_cases.receive_antrag import SERVICE

_BATCH = 500


class Objekte(Protocol):
    """Which objects rows name, across all Mandanten."""

    async def named(self, keys: Collection[str]) -> Collection[str]:
        """Return those of the keys that a committed row names."""
        ...

    async def forget_accesses(self, before: datetime) -> None:
        """Forget who read what before that moment; the Protokoll keeps it."""
        ...


async def reap_objekte(*, store: ObjectStore, objekte: Objekte, clock: Clock, grace: timedelta) -> int:
    """
    Delete what is older than `grace` and belongs to nothing; return how many.

    Source: architecture, "Never delete an object inline". Only records' own prefix is looked at.
    """
    oldest_kept = clock.now() - grace
    deleted = 0
    batch: list[str] = []
    async for info in store.list(None, SERVICE):
        if info.modified <= oldest_kept:
            batch.append(info.key)
        if len(batch) == _BATCH:
            deleted += await _delete_unnamed(batch, store, objekte)
            batch = []
    deleted += await _delete_unnamed(batch, store, objekte)
    await objekte.forget_accesses(clock.now() - timedelta(days=1))
    return deleted


async def _delete_unnamed(keys: Collection[str], store: ObjectStore, objekte: Objekte) -> int:
    named = set(await objekte.named(keys)) if keys else set()
    orphans = [key for key in keys if key not in named]
    for key in orphans:
        await store.delete(key)
    return len(orphans)
