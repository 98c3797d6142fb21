"""The comparison of records' rows with the search index, and what mends the index."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from dms_kit.core.errors import UnavailableError
from dms_standalone.services import main_of

MISSING, ORPHANED, VERSION = "index-fehlt", "index-verwaist", "index-version"
_SETTLING_SECONDS = 30.0
_POLL_SECONDS = 0.5
_BATCH = 200


@dataclass(frozen=True, order=True)
class IndexDifference:
    """An entry that the index lacks, has too much, or has at another version than was published; `key` names it."""

    kind: str
    key: str


class IndexCheck:
    """Compares the rows of `records` with the index of `search`, both containers of those services."""

    def __init__(self, built: Mapping[str, Any]) -> None:
        self._records = built["records"]
        self._search = built["search"]
        self._main = main_of("records")

    async def mandanten(self) -> Sequence[str]:
        """Return every Mandant."""
        known = set(await self._records.scrubber.named.mandanten())
        return sorted(known | set(self._records.settings.issuers.values()))

    async def differences(self, mandant: str) -> Sequence[IndexDifference]:
        """
        Return what differs; what differs only because it is on its way does not count.

        So it looks twice, and in between waits, half a minute at most, until everything is sent and indexed.
        """
        first = await self._look(mandant)
        if not first:
            return []
        await self._settle()
        return sorted(first & await self._look(mandant))

    async def repair(self, mandant: str, found: Collection[IndexDifference]) -> None:
        """
        Take out what no row is behind, and have published again what is missing or at a wrong version.

        `UnavailableError` when nobody takes the entries out.
        """
        gone = [one.key for one in found if one.kind != MISSING]
        if gone:
            await self._search.index.remove(gone)
        wanted: dict[str, list[UUID]] = defaultdict(list)
        for one in found:
            if one.kind != ORPHANED:
                _, noun, object_id = one.key.split("/")
                wanted[noun].append(UUID(object_id))
        for noun, ids in wanted.items():
            waiting = iter(ids)
            while batch := list(islice(waiting, _BATCH)):
                await self._main.republish_to_search(self._records, mandant, noun, batch)

    async def _look(self, mandant: str) -> set[IndexDifference]:
        indexed = dict(await self._search.index.versions(mandant))
        found, behind = set(), {}
        async for row in self._main.findable_of(self._records, mandant):
            key = f"{mandant}/{row.noun}/{row.id}"
            version = indexed.pop(key, None)
            if version is None:
                found.add(IndexDifference(MISSING, key))
            elif version > row.version:
                found.add(IndexDifference(VERSION, key))
            elif version < row.version:
                behind[row.id] = (key, version)
        found |= {IndexDifference(ORPHANED, key) for key in indexed}
        # Not everything that changes a row is a fact that search has to know.
        published = await self._main.published_versions(self._records, mandant, list(behind)) if behind else {}
        for object_id, (key, version) in behind.items():
            if published.get(object_id, version) > version:
                found.add(IndexDifference(VERSION, key))
        return found

    async def _settle(self) -> None:
        deadline = time.monotonic() + _SETTLING_SECONDS
        while time.monotonic() < deadline:
            if not await self._main.is_sending(self._records) and await self._search.backlog.is_empty():
                return
            await asyncio.sleep(_POLL_SECONDS)


async def check_index(
    built: Mapping[str, Any], *, repair: bool, report: Callable[[str, str], None], say: Callable[[str], None]
) -> None:
    """Report every difference of every Mandant, and with `repair` mend it."""
    check = IndexCheck(built)
    for mandant in await check.mandanten():
        try:
            found = await check.differences(mandant)
        except UnavailableError:
            report("index-unlesbar", mandant)
            continue
        for one in found:
            report(one.kind, one.key)
        say(f"search: {mandant} compared, differences: {len(found)}")
        if repair and found:
            try:
                await check.repair(mandant, found)
            except UnavailableError:
                say("search: nobody takes entries out of the index now; repeat this, or `make reindex`")
