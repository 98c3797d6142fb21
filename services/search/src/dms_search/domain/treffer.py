"""Treffer: what a search answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from dms_search.domain.indexeintrag import IndexeintragTyp

MAX_TREFFER = 10_000
STAND_SEKUNDEN = 300.0


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
