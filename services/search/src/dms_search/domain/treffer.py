"""Treffer: what a search answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from dms_search.domain.indexeintrag import IndexeintragTyp

MAX_TREFFER = 10_000
STAND_SEKUNDEN = 300.0

_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Trefferposition:
    """Where a next page begins: a snapshot of the index and the number of hits before the page."""

    stand: str
    ab: int


@dataclass(frozen=True, kw_only=True)
class Treffer:
    """One hit; `ausschnitt` is HTML-escaped text with the found words in <em>."""

    typ: IndexeintragTyp
    id: UUID
    titel: str
    aktenzeichen: str
    vorgang_id: UUID | None
    akte_id: UUID
    ausschnitt: str
    zustaendigkeit_id: UUID


@dataclass(frozen=True, kw_only=True)
class Trefferseite:
    """A page of hits with the counts over all of them; `next` is None on the last page."""

    treffer: tuple[Treffer, ...]
    next: Trefferposition | None
    anzahl: int
    typen: Mapping[str, int]
    zustaendigkeiten: Mapping[UUID, int]
    jahre: Mapping[int, int]

    def within(self, permitted: Collection[UUID], now: "Trefferseite") -> "Trefferseite":
        """
        Return a page of an earlier state without what may not be read any more.

        `permitted` are the objects of the page that may still be read, `now` counts the same question in the newest
        state: a right that ended does not live on in a cursor, neither as a hit nor in a count.
        """
        return replace(
            self,
            treffer=tuple(treffer for treffer in self.treffer if treffer.id in permitted),
            anzahl=min(self.anzahl, now.anzahl),
            typen=_at_most(self.typen, now.typen),
            zustaendigkeiten=_at_most(self.zustaendigkeiten, now.zustaendigkeiten),
            jahre=_at_most(self.jahre, now.jahre),
        )


def _at_most(counts: Mapping[_Key, int], limits: Mapping[_Key, int]) -> dict[_Key, int]:
    return {key: min(count, limits[key]) for key, count in counts.items() if key in limits}
