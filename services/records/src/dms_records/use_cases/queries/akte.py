"""Rows and filters of Akten."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class AkteRow:
    """An Akte as it is answered."""

    id: UUID
    version: int
    aktenzeichen: str
    titel: str
    art: str
    jahr: int | None
    aktenplaneinheit: str
    zustaendigkeit_id: UUID
    rang: int
    erstellt_am: datetime


@dataclass(frozen=True, kw_only=True)
class AkteFilter:
    """Filters of the list of Akten; None filters nothing."""

    zustaendigkeiten: frozenset[UUID] | None = None
    aktenplaneinheit: str | None = None
    aktenzeichen: str | None = None
