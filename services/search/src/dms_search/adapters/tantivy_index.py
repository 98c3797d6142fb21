"""The tantivy index: a writer with one index folder, or two while a new one is built, and a reader."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import structlog
import tantivy

from dms_kit.core.access import AccessScope
from dms_kit.core.errors import StorageFullError, UnavailableError
from dms_kit.telemetry import INDEX_COMMIT_SECONDS, INDEX_DOCUMENTS
from dms_search.adapters.tantivy_folder import IndexFolder
from dms_search.adapters.tantivy_reader import TantivyReader
from dms_search.adapters.tantivy_schema import document_of, schema
from dms_search.domain.indexeintrag import Indexeintrag
from dms_search.domain.suchanfrage import Suchanfrage
from dms_search.domain.treffer import Trefferposition, Trefferseite
from dms_search.use_cases.ports import IndexState

ResultT = TypeVar("ResultT")

_HEAP_BYTES = 40_000_000
_FULL = ("No space left", "StorageFull", "os error 28")

log = structlog.get_logger()


class TantivyIndex:
    """
    A `SearchIndex` in a folder; the first `upsert`, `begin` or `swap` makes this process its writer.

    Reading needs no lock and works in any number of processes. Writing happens in one thread, in turn.
    """

    def __init__(self, root: Path, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._folder = IndexFolder(root)
        self._reader = TantivyReader(self._folder, monotonic=monotonic)
        self._writers: dict[str, _Writer] = {}
        self._building: str | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tantivy-writer")

    async def upsert(self, eintraege: Sequence[Indexeintrag]) -> None:
        """Write to the current index and to the one being built; durable on return."""
        newest = _newest(eintraege)
        await self._write(lambda: self._upsert(newest))

    async def search(
        self,
        anfrage: Suchanfrage,
        *,
        scope: AccessScope,
        zustaendigkeiten: Collection[UUID] | None,
        position: Trefferposition | None,
        limit: int,
    ) -> Trefferseite:
        """Search in a thread."""
        return await asyncio.to_thread(
            self._reader.search,
            anfrage,
            scope=scope,
            zustaendigkeiten=zustaendigkeiten,
            position=position,
            limit=limit,
        )

    async def state(self) -> IndexState:
        """Look at the folders as they are now."""
        return await asyncio.to_thread(self._state)

    async def begin(self, lauf_id: str, *, resume: bool = False) -> bool:
        """Create or open the index of a run and write to it too from now on."""
        return await self._write(lambda: self._begin(lauf_id, resume=resume))

    async def swap(self, lauf_id: str) -> None:
        """Let the index of a run answer, and stop writing to the one before."""
        await self._write(lambda: self._swap(lauf_id))

    async def tidy(self) -> None:
        """Remove the folders of runs that neither answer nor are being built."""
        await self._write(self._tidy)

    async def ping(self) -> None:
        """Raise `UnavailableError` when there is no index to answer."""
        await asyncio.to_thread(self._reader.ping)

    async def release(self) -> None:
        """Give the locks of the writers back, so that another process can write; reading goes on."""
        await self._write(self._close_writers)

    async def close(self) -> None:
        """Release the writers and end their thread."""
        await self.release()
        await asyncio.to_thread(self._thread.shutdown)

    async def _write(self, act: Callable[[], ResultT]) -> ResultT:
        return await asyncio.get_running_loop().run_in_executor(self._thread, act)

    def _upsert(self, eintraege: Sequence[Indexeintrag]) -> None:
        targets = [
            lauf_id
            for lauf_id in dict.fromkeys((self._folder.current(), self._building))
            if lauf_id is not None and self._folder.is_there(lauf_id)
        ]
        if not targets:
            raise UnavailableError
        for lauf_id in targets:
            with INDEX_COMMIT_SECONDS.time():
                self._writing(lauf_id, lambda writer: writer.upsert(eintraege))
        for eintrag in eintraege:
            INDEX_DOCUMENTS.labels(eintrag.typ).inc()

    def _state(self) -> IndexState:
        current = self._folder.current()
        if current is not None and not self._folder.can_open(current):
            current = None
        building = self._building
        if building is not None and not self._folder.can_open(building):
            building = None
        return IndexState(current, building)

    def _begin(self, lauf_id: str, *, resume: bool) -> bool:
        if self._folder.current() == lauf_id and self._folder.is_there(lauf_id):
            return True
        if resume and not self._folder.can_open(lauf_id):
            self._building = None
            return False
        with _translated():
            self._folder.open(lauf_id, create=True)
        self._building = lauf_id
        return True

    def _swap(self, lauf_id: str) -> None:
        if self._folder.current() != lauf_id:
            with _translated():
                self._folder.point_to(lauf_id)
            log.info("index.swapped", lauf_id=lauf_id)
        self._building = None
        for other in [known for known in self._writers if known != lauf_id]:
            self._writers.pop(other).close()

    def _tidy(self) -> None:
        current = self._folder.current()
        if current is not None:
            self._folder.remove_others({lauf_id for lauf_id in (current, self._building) if lauf_id is not None})

    def _writing(self, lauf_id: str, act: "Callable[[_Writer], None]") -> None:
        try:
            with _translated():
                writer = self._writers.get(lauf_id)
                if writer is None:
                    writer = self._writers[lauf_id] = _Writer(self._folder.open(lauf_id))
                act(writer)
        except BaseException:
            # A writer that failed once stays dead: the next attempt opens another.
            broken = self._writers.pop(lauf_id, None)
            if broken is not None:
                broken.close()
            raise

    def _close_writers(self) -> None:
        while self._writers:
            self._writers.popitem()[1].close()


class _Writer:
    """The writer of one index folder."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._writer: tantivy.IndexWriter | None = index.writer(_HEAP_BYTES, 1)

    def upsert(self, eintraege: Sequence[Indexeintrag]) -> None:
        assert self._writer is not None
        searcher = self._index.searcher()
        changed = [eintrag for eintrag in eintraege if eintrag.version > _indexed_version(searcher, eintrag)]
        for eintrag in changed:
            self._writer.delete_documents_by_term("schluessel", eintrag.schluessel)
            if not eintrag.entfernt:
                self._writer.add_document(document_of(eintrag))
        if changed:
            self._writer.commit()
            self._index.reload()

    def close(self) -> None:
        # Dropping the last reference frees the lock of the folder.
        self._writer = None


def _newest(eintraege: Sequence[Indexeintrag]) -> list[Indexeintrag]:
    newest: dict[str, Indexeintrag] = {}
    for eintrag in eintraege:
        known = newest.get(eintrag.schluessel)
        if known is None or eintrag.version > known.version:
            newest[eintrag.schluessel] = eintrag
    return list(newest.values())


def _indexed_version(searcher: tantivy.Searcher, eintrag: Indexeintrag) -> int:
    query = tantivy.Query.term_query(schema(), "schluessel", eintrag.schluessel)
    hits = searcher.search(query, limit=1, count=False).hits
    if not hits:
        return -1
    (version,) = searcher.fast_field_values("version", [hits[0][1]])
    return int(version or 0)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as error:
        # tantivy has one exception for everything: lock held by another process, folder gone, volume full.
        if any(sign in str(error) for sign in _FULL):
            raise StorageFullError from error
        log.warning("index.write_failed", error=type(error).__name__, reason=str(error)[:200])
        raise UnavailableError from error
