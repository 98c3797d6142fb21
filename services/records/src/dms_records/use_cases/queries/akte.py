"""Rows and filters of Akten."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class AkteRow:
    """An Akte as it is answered; `federfuehrende_oe` only after a write, else the directory says it."""

    id: UUID
    version: int
    aktenzeichen: str | None
    titel: str
    art: str
    jahr: int | None
    aktenplaneinheit: str
    zustaendigkeit_id: UUID
    rang: int
    erstellt_am: datetime
    status: str
    zda_am: date | None
    uebergeordnet_id: UUID | None
    ebene: int
    position: int | None
    federfuehrende_oe: str | None = None


@dataclass(frozen=True, kw_only=True)
class AkteFilter:
    """Filters of the list of Akten; None filters nothing."""

    zustaendigkeiten: frozenset[UUID] | None = None
    aktenplaneinheit: str | None = None
    aktenzeichen: str | None = None
    status: str | None = None
    uebergeordnet_id: UUID | None = None
