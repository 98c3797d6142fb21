"""Rows and filters of Akten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from dms_records.use_cases.queries.dokument import DokumentRow
from dms_records.use_cases.queries.paging import Rows
from dms_records.use_cases.queries.schriftgut import SchriftgutFilter
from dms_records.use_cases.queries.vorgang import VorgangRow


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
    alte_geschaeftszeichen: Sequence[str]
    fremde_geschaeftszeichen: Sequence[str]
    federfuehrende_oe: str | None = None


@dataclass(frozen=True, kw_only=True)
class AkteFilter(SchriftgutFilter):
    """
    Filters of the list of Akten; None filters nothing.

    `frist_ab` and `frist_bis` are the days between which the Aufbewahrungsfrist ends, inclusive; `fristen` are the
    units of the plan by the years that hold at them, needed with either.
    """

    art: str | None = None
    jahr: int | None = None
    frist_ab: date | None = None
    frist_bis: date | None = None
    fristen: Mapping[int, Sequence[UUID]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AkteMitInhalt:
    """An Akte with what was asked for of it; None was not asked for. Dokumente by the id of their Vorgang."""

    akte: AkteRow
    teilakten: Rows[AkteRow] | None = None
    vorgaenge: Rows[VorgangRow] | None = None
    dokumente: Mapping[UUID, Rows[DokumentRow]] | None = None
