"""The reading half of the tantivy index: it follows the pointer, keeps snapshots and answers."""

import os
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import tantivy

from dms_kit.core.access import AccessScope
from dms_kit.core.errors import UnavailableError
from dms_search.adapters.tantivy_folder import IndexFolder
from dms_search.adapters.tantivy_query import Highlighter, permitted_query, readable_query, words_query
from dms_search.adapters.tantivy_schema import register_analysis, schema
from dms_search.domain.errors import CursorAbgelaufenError
from dms_search.domain.indexeintrag import IndexeintragTyp, schluessel_of
from dms_search.domain.suchanfrage import Suchanfrage
from dms_search.domain.treffer import MAX_TREFFER, STAND_SEKUNDEN, Treffer, Trefferposition, Trefferseite

_MAX_BUCKETS = 65_000
_FACETS = {name: {"terms": {"field": name, "size": _MAX_BUCKETS}} for name in ("typ", "zustaendigkeit_id", "jahr")}


@dataclass
class _Snapshot:
    searcher: tantivy.Searcher
    # None until a cursor points to it.
    kept_since: float | None = None


class TantivyReader:
    """Answers from a folder that another process may write; blocking, called in threads."""

    def __init__(self, folder: IndexFolder, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._seen: object = None
        self._index: tantivy.Index | None = None
        self._newest = ""
        self._snapshots: dict[str, _Snapshot] = {}

    def search(
        self,
        anfrage: Suchanfrage,
        *,
        scope: AccessScope,
        zustaendigkeiten: Collection[UUID] | None,
        position: Trefferposition | None,
        limit: int,
    ) -> Trefferseite:
        """Search the newest state, or the one of the position."""
        stand, searcher = self._snapshot(position)
        words = words_query(anfrage)
        query = permitted_query(words, anfrage, scope=scope, zustaendigkeiten=zustaendigkeiten)
        seite = _page(stand, searcher, query, words, ab=position.ab if position else 0, limit=limit)
        if seite.next is not None:
            self._keep(stand)
        if position is None:
            return seite
        newest, current = self._snapshot(None)
        if newest == stand:
            return seite
        return seite.within(_permitted(current, seite, scope), _page(newest, current, query, words, ab=0, limit=1))

    def versions(self, mandant: str) -> dict[str, int]:
        """Return the version of every entry of a Mandant by its key."""
        _, searcher = self._snapshot(None)
        query = tantivy.Query.term_query(schema(), "mandant", mandant)
        anzahl: int = searcher.search(query, limit=1, count=True).count  # type: ignore[attr-defined]
        if not anzahl:
            return {}
        addresses = [address for _, address in searcher.search(query, limit=anzahl, count=False).hits]
        found = {}
        for address, version in zip(addresses, searcher.fast_field_values("version", addresses), strict=True):
            document = searcher.doc(address)
            found[f"{mandant}/{document.get_first('typ')}/{document.get_first('id')}"] = int(version or 0)
        return found

    def ping(self) -> None:
        """Raise `UnavailableError` when there is no index to answer."""
        with self._lock:
            self._refresh()

    def _snapshot(self, position: Trefferposition | None) -> tuple[str, tantivy.Searcher]:
        with self._lock:
            self._forget_old()
            if position is None:
                self._refresh()
                return self._newest, self._snapshots[self._newest].searcher
            known = self._snapshots.get(position.stand)
            if known is None or known.kept_since is None or not 0 <= position.ab < MAX_TREFFER:
                raise CursorAbgelaufenError
            return position.stand, known.searcher

    def _keep(self, stand: str) -> None:
        with self._lock:
            snapshot = self._snapshots.get(stand)
            if snapshot is not None and (snapshot.kept_since is None or stand == self._newest):
                snapshot.kept_since = self._monotonic()

    def _refresh(self) -> None:
        path, seen = self._folder.current_path(), None
        if path is not None:
            seen = (path, _stamp(path / "meta.json"))
        if path is None or seen == (path, None):
            raise UnavailableError("Der Suchindex wird gerade aufgebaut.")
        if seen == self._seen:
            return
        try:
            if self._index is None or not isinstance(self._seen, tuple) or self._seen[0] != path:
                self._index = register_analysis(tantivy.Index.open(str(path)))
            self._index.reload()
            searcher = self._index.searcher()
        except (ValueError, OSError) as error:
            self._seen = None
            raise UnavailableError("Der Suchindex ist gerade nicht lesbar.") from error
        self._seen = seen
        self._newest = os.urandom(8).hex()
        self._snapshots[self._newest] = _Snapshot(searcher)
        self._forget_old()

    def _forget_old(self) -> None:
        oldest = self._monotonic() - STAND_SEKUNDEN
        for stand, snapshot in list(self._snapshots.items()):
            if snapshot.kept_since is None:
                if stand != self._newest:
                    del self._snapshots[stand]
            elif snapshot.kept_since < oldest:
                if stand == self._newest:
                    snapshot.kept_since = None
                else:
                    del self._snapshots[stand]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def _page(
    stand: str, searcher: tantivy.Searcher, query: tantivy.Query, words: tantivy.Query, *, ab: int, limit: int
) -> Trefferseite:
    found = searcher.search(query, min(limit, MAX_TREFFER - ab), offset=ab, count=True)
    anzahl: int = found.count  # type: ignore[attr-defined]
    counts = searcher.aggregate(query, _FACETS)
    end = ab + len(found.hits)
    is_last = not found.hits or end >= anzahl
    return Trefferseite(
        treffer=_treffer(searcher, found.hits, words),
        next=None if is_last else Trefferposition(stand, end),
        anzahl=anzahl,
        typen=_counts(counts, "typ", str),
        zustaendigkeiten=_counts(counts, "zustaendigkeit_id", UUID),
        jahre=_counts(counts, "jahr", int),
    )


def _treffer(
    searcher: tantivy.Searcher, hits: list[tuple[Any, tantivy.DocAddress]], words: tantivy.Query
) -> tuple[Treffer, ...]:
    if not hits:
        return ()
    highlighter = Highlighter(searcher, words)
    return tuple(_one(searcher.doc(address), highlighter) for _, address in hits)


def _permitted(searcher: tantivy.Searcher, seite: Trefferseite, scope: AccessScope) -> frozenset[UUID]:
    """Return the objects of a page of an earlier state that may be read in this one."""
    if not seite.treffer:
        return frozenset()
    keys = [schluessel_of(scope.mandant, treffer.typ, treffer.id) for treffer in seite.treffer]
    query = readable_query(scope, keys)
    hits = searcher.search(query, len(keys), count=False).hits
    return frozenset(UUID(searcher.doc(address).get_first("id")) for _, address in hits)


def _one(document: tantivy.Document, highlighter: Highlighter) -> Treffer:
    vorgang_id = document.get_first("vorgang_id")
    titel = str(document.get_first("titel"))
    auszug = bytes(document.get_first("auszug") or b"").decode(errors="replace")
    return Treffer(
        typ=IndexeintragTyp(str(document.get_first("typ"))),
        id=UUID(document.get_first("id")),
        titel=titel,
        aktenzeichen=str(document.get_first("aktenzeichen")),
        vorgang_id=UUID(vorgang_id) if vorgang_id else None,
        akte_id=UUID(document.get_first("akte_id")),
        ausschnitt=highlighter.ausschnitt(auszug, titel),
        zustaendigkeit_id=UUID(document.get_first("zustaendigkeit_id")),
    )


def _counts(aggregated: Mapping[str, Any], name: str, key_of: Callable[[Any], Any]) -> dict[Any, int]:
    buckets = aggregated.get(name, {}).get("buckets", [])
    return {key_of(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}
