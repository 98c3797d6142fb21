"""What readers ask of the list of Aufgaben."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dms_workflow.domain.aufgabe import Aufgabe

AufgabePlace = tuple[date, UUID]


@dataclass(frozen=True, kw_only=True)
class AufgabeFilter:
    """Filters of the list; None filters nothing. `organisationseinheit` is the key of an office."""

    status: str | None = None
    vorgang_id: UUID | None = None
    organisationseinheit: str | None = None


@dataclass(frozen=True, kw_only=True)
class Paging:
    """A place in the list, which is sorted by due date, then id: at most `limit` rows from behind `after`."""

    limit: int
    descending: bool = False
    after: AufgabePlace | None = None


@dataclass(frozen=True)
class AufgabePage:
    """A page, and the place of its last row when there is more."""

    items: Sequence[Aufgabe]
    next: AufgabePlace | None
