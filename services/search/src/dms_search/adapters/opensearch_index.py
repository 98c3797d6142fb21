"""The OpenSearch index: written by any number of consumers, read by any number of API processes, without a folder."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

import structlog

from dms_kit.core.access import AccessScope
from dms_kit.core.errors import UnavailableError
from dms_kit.telemetry import INDEX_COMMIT_SECONDS, INDEX_DOCUMENTS
from dms_search.adapters.opensearch_bulk import write
from dms_search.adapters.opensearch_client import OpenSearchAccess
from dms_search.adapters.opensearch_layout import IndexLayout, current_alias
from dms_search.adapters.opensearch_maintenance import read_versions, remove
from dms_search.adapters.opensearch_reader import OpenSearchReader
from dms_search.adapters.opensearch_schema import check_analysis
from dms_search.domain.indexeintrag import Indexeintrag
from dms_search.domain.suchanfrage import Suchanfrage
from dms_search.domain.treffer import Trefferposition, Trefferseite
from dms_search.use_cases.ports import IndexState

_KEPT_SECONDS = 600.0

log = structlog.get_logger()


class OpenSearchIndex:
    """
    A `SearchIndex` on a server: an index for each run, two aliases that say which one answers and which one grows.

    All state is the server's; several processes may write, keep and read at once.
    """

    def __init__(
        self,
        access: OpenSearchAccess,
        *,
        prefix: str = "registratur",
        patterns_path: str = "analysis/de_DE.xml",
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client = access.connect()
        self._layout = IndexLayout(self._client, prefix)
        self._reader = OpenSearchReader(self._client, current_alias(prefix), seconds=access.seconds, now=now)
        self._patterns_path = patterns_path
        self._write_seconds = access.write_seconds
        self._now = now
        self._is_checked = False

    async def upsert(self, eintraege: Sequence[Indexeintrag]) -> None:
        """Write to the current index and to the one being built; durable on return."""
        await self._check()
        layout = await self._layout.read()
        if not layout.targets:
            raise UnavailableError("Der Suchindex wird gerade aufgebaut.")
        with INDEX_COMMIT_SECONDS.time():
            await write(self._client, layout.targets, eintraege, findable=layout.current, seconds=self._write_seconds)
            if layout.building is not None:
                await self._refresh_if_swapped(layout.current)
        for eintrag in eintraege:
            INDEX_DOCUMENTS.labels(eintrag.typ).inc()

    async def search(
        self,
        anfrage: Suchanfrage,
        *,
        scope: AccessScope,
        zustaendigkeiten: Collection[UUID] | None,
        position: Trefferposition | None,
        limit: int,
    ) -> Trefferseite:
        """Search the newest state, or the one of the position."""
        return await self._reader.search(
            anfrage, scope=scope, zustaendigkeiten=zustaendigkeiten, position=position, limit=limit
        )

    async def versions(self, mandant: str) -> Mapping[str, int]:
        """Read every entry of a Mandant from the current index."""
        layout = await self._layout.read()
        if layout.current is None:
            raise UnavailableError("Der Suchindex wird gerade aufgebaut.")
        return await read_versions(self._client, layout.current, mandant)

    async def remove(self, schluessel: Collection[str]) -> None:
        """Take entries out of the current index and the one being built; durable on return."""
        layout = await self._layout.read()
        if not layout.targets:
            raise UnavailableError("Der Suchindex wird gerade aufgebaut.")
        for index in layout.targets:
            await remove(self._client, index, schluessel, seconds=self._write_seconds)

    async def state(self) -> IndexState:
        """
        Look at the aliases as they are now.

        An index whose shard is not there is no reason for a new one: the node may be starting. Whoever knows that it is
        lost deletes it.
        """
        layout = await self._layout.read()
        return IndexState(layout.lauf_of(layout.current), layout.lauf_of(layout.building))

    async def begin(self, lauf_id: str, *, resume: bool = False) -> bool:
        """Create the index of a run, or go on with it; every process writes to it too from now on."""
        await self._check()
        layout = await self._layout.read()
        index = self._layout.index_of(lauf_id)
        if index == layout.current:
            return True
        if index not in layout.targets:
            if resume:
                return False
            await self._layout.put_template(self._patterns_path)
            await self._layout.create(lauf_id)
        await self._layout.build_only(lauf_id)
        return True

    async def swap(self, lauf_id: str) -> None:
        """Let the index of a run answer, and stop writing to the one before."""
        layout = await self._layout.read()
        if layout.current != self._layout.index_of(lauf_id):
            await self._layout.swap(lauf_id, now=self._now())
            log.info("index.swapped", lauf_id=lauf_id)

    async def tidy(self) -> None:
        """Delete the indexes of other runs, once no cursor can lead to them any more."""
        layout = await self._layout.read()
        obsolete = layout.obsolete()
        if obsolete and layout.current is not None:
            since = await self._layout.answering_since(layout.current)
            if self._now() - since >= _KEPT_SECONDS:
                await self._layout.delete(obsolete)

    async def ping(self) -> None:
        """Raise `UnavailableError` when there is no index to answer, or the server lacks its German analysis."""
        await self._check()
        if (await self._layout.read()).current is None:
            raise UnavailableError("Der Suchindex wird gerade aufgebaut.")

    async def release(self) -> None:
        """Do nothing: no process holds this index alone."""

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _check(self) -> None:
        if not self._is_checked:
            await check_analysis(self._client, self._patterns_path)
            self._is_checked = True

    async def _refresh_if_swapped(self, before: str | None) -> None:
        # Swapped while it was written to as one that nobody reads: what was written has to be found all the same.
        layout = await self._layout.read()
        if layout.current is not None and layout.current != before:
            await self._layout.refresh(layout.current)
