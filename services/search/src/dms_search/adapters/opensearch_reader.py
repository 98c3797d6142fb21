"""The reading half of the OpenSearch index: snapshots (points in time) for cursors, and the answers."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import NotFoundError, RequestError

from dms_kit.core.access import AccessScope
from dms_kit.core.errors import UnavailableError
from dms_search.adapters.opensearch_client import translated
from dms_search.adapters.opensearch_query import (
    ausschnitt,
    facets,
    highlight,
    permitted_query,
    readable_query,
    words_query,
)
from dms_search.adapters.opensearch_snapshots import Snapshot, Snapshots, Stand
from dms_search.domain.errors import CursorAbgelaufenError
from dms_search.domain.indexeintrag import IndexeintragTyp, schluessel_of
from dms_search.domain.suchanfrage import Suchanfrage
from dms_search.domain.treffer import MAX_TREFFER, STAND_SEKUNDEN, Treffer, Trefferposition, Trefferseite

# Longer than a cursor lives, so that ours is the only clock.
_KEPT = f"{int(STAND_SEKUNDEN) + 30}s"
_ATTEMPTS = 3
_SHOWN = ("typ", "id", "titel", "aktenzeichen", "vorgang_id", "akte_id", "zustaendigkeit_id")

log = structlog.get_logger()


class OpenSearchReader:
    """Answers from the newest state, or from the one that a position names; any process can go on with any cursor."""

    def __init__(self, client: AsyncOpenSearch, alias: str, *, seconds: float, now: Callable[[], float]) -> None:
        self._client = client
        self._snapshots = Snapshots(client, alias)
        self._seconds = seconds
        self._now = now

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
        words = words_query(anfrage)
        body = {
            "query": permitted_query(words, anfrage, scope=scope, zustaendigkeiten=zustaendigkeiten),
            "sort": [{"_score": "desc"}, {"_shard_doc": "asc"}],
            "track_total_hits": True,
            "aggs": facets(scope),
            "highlight": highlight(words),
            "_source": list(_SHOWN),
        }
        if position is None:
            return await self._newest(lambda snapshot: self._first_page(body, snapshot, limit))
        seite = await self._next_page(dict(body), position, limit)
        # The order is of no use where only counts are asked for.
        counting = {name: body[name] for name in ("query", "track_total_hits", "aggs")}
        return await self._newest(lambda snapshot: self._within(seite, position, snapshot, counting, scope))

    async def _newest(self, ask: Callable[[Snapshot], Awaitable[Trefferseite]]) -> Trefferseite:
        for _ in range(_ATTEMPTS):
            async with self._snapshots.newest() as snapshot:
                try:
                    return await ask(snapshot)
                except NotFoundError:
                    self._snapshots.forget(snapshot)
        raise UnavailableError("Der Suchindex wechselt gerade zu schnell.")

    async def _first_page(self, body: dict[str, Any], snapshot: Snapshot, limit: int) -> Trefferseite:
        # Measured before the answer: a cursor never lives longer than its snapshot.
        moment = self._now()
        answer = await self._ask(body, {"id": snapshot.id, "keep_alive": _KEPT}, min(limit, MAX_TREFFER))
        seite = _page(answer, Stand(moment, snapshot.id), ab=0)
        snapshot.is_given_out |= seite.next is not None
        return seite

    async def _within(
        self,
        seite: Trefferseite,
        position: Trefferposition,
        snapshot: Snapshot,
        counting: Mapping[str, Any],
        scope: AccessScope,
    ) -> Trefferseite:
        """Take out of a page what may not be read in the newest state."""
        stand = Stand.parse(position.stand)
        if stand.snapshot == snapshot.id:
            return seite
        pit = {"id": snapshot.id, "keep_alive": _KEPT}
        keys = [schluessel_of(scope.mandant, treffer.typ, treffer.id) for treffer in seite.treffer]
        readable = {"query": readable_query(scope, keys), "_source": ["id"]}
        found = await self._ask(readable, pit, len(keys))
        counted = _page(await self._ask(counting, pit, 0), stand, ab=0)
        return seite.within({UUID(hit["_source"]["id"]) for hit in found["hits"]["hits"]}, counted)

    async def _next_page(self, body: dict[str, Any], position: Trefferposition, limit: int) -> Trefferseite:
        stand = Stand.parse(position.stand)
        age = self._now() - stand.moment
        if not 0 < position.ab < MAX_TREFFER or not 0 <= age <= STAND_SEKUNDEN:
            raise CursorAbgelaufenError
        body["search_after"] = list(stand.after)
        try:
            # Without keep_alive: going on does not make a snapshot live longer.
            answer = await self._ask(body, {"id": stand.snapshot}, min(limit, MAX_TREFFER - position.ab))
        except (NotFoundError, RequestError) as error:
            # Gone with its index or its node, or it never was ours.
            raise CursorAbgelaufenError from error
        if answer["_shards"]["total"] == 0:
            raise CursorAbgelaufenError
        return _page(answer, stand, ab=position.ab)

    async def _ask(self, body: Mapping[str, Any], pit: Mapping[str, str], size: int) -> Any:
        request = {**body, "pit": pit, "size": size, "timeout": f"{int(self._seconds * 1000)}ms"}
        with translated("search", known=(NotFoundError,)):
            answer = await self._client.search(
                body=request, params={"allow_partial_search_results": "false"}, request_timeout=self._seconds
            )
        if answer["timed_out"]:
            raise UnavailableError("Die Suche hat zu lange gedauert.")
        return answer


def _page(answer: Any, stand: Stand, *, ab: int) -> Trefferseite:
    hits: Sequence[Any] = answer["hits"]["hits"]
    anzahl = int(answer["hits"]["total"]["value"])
    end = ab + len(hits)
    is_last = not hits or end >= anzahl
    return Trefferseite(
        treffer=tuple(_treffer(hit) for hit in hits),
        next=None if is_last else Trefferposition(stand.after_hit(hits[-1]["sort"]).text(), end),
        anzahl=anzahl,
        typen=_counts(answer, "typ", str),
        zustaendigkeiten=_counts(answer, "zustaendigkeit_id", UUID),
        jahre=_counts(answer, "jahr", int),
    )


def _treffer(hit: Any) -> Treffer:
    source = hit["_source"]
    vorgang_id = source.get("vorgang_id")
    return Treffer(
        typ=IndexeintragTyp(source["typ"]),
        id=UUID(source["id"]),
        titel=source["titel"],
        aktenzeichen=source["aktenzeichen"],
        vorgang_id=UUID(vorgang_id) if vorgang_id else None,
        akte_id=UUID(source["akte_id"]),
        ausschnitt=ausschnitt(hit.get("highlight", {})),
        zustaendigkeit_id=UUID(source["zustaendigkeit_id"]),
    )


def _counts(answer: Any, name: str, key_of: Callable[[Any], Any]) -> dict[Any, int]:
    return {key_of(bucket["key"]): int(bucket["doc_count"]) for bucket in answer["aggregations"][name]["buckets"]}
