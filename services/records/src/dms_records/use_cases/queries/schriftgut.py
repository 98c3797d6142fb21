"""Filters that lists of Akten and of Vorgänge share."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class SchriftgutFilter:
    """
    What both may be asked for; None filters nothing.

    `aktenplaneinheit` with `unterbaum` means all units below too; `erstellt_vor` is exclusive, the days of zdA are
    inclusive. `stichwort` is a part of title or Betreff, whatever its case and accents.
    """

    zustaendigkeiten: frozenset[UUID] | None = None
    aktenplaneinheit: str | None = None
    unterbaum: bool = False
    aktenzeichen: str | None = None
    geschaeftszeichen: str | None = None
    status: str | None = None
    uebergeordnet_id: UUID | None = None
    rang: int | None = None
    stichwort: str | None = None
    erstellt_ab: datetime | None = None
    erstellt_vor: datetime | None = None
    zda_ab: date | None = None
    zda_bis: date | None = None
