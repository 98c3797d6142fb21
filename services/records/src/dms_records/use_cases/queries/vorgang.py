"""Rows and filters of Vorgänge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dms_records.use_cases.queries.schriftgut import SchriftgutFilter


@dataclass(frozen=True, kw_only=True)
class VorgangRow:
    """
    A Vorgang with what came in.

    Only of a single one: `formulardaten` (JSON text as sent) and what the virus scan said of the file with them. Only
    after a write: `federfuehrende_oe`, else the directory says it.
    """

    id: UUID
    version: int
    akte_id: UUID
    aktenzeichen: str | None
    betreff: str
    status: str
    zustaendigkeit_id: UUID
    rang: int
    erstellt_am: datetime
    zda_am: date | None
    uebergeordnet_id: UUID | None
    ebene: int
    position: int | None
    alte_geschaeftszeichen: Sequence[str]
    fremde_geschaeftszeichen: Sequence[str]
    antrag_id: UUID | None
    eingangsnummer: str | None
    leistung_schluessel: str | None
    leistung_bezeichnung: str | None
    formulardaten: str | None = None
    formular_pruefstatus: str | None = None
    federfuehrende_oe: str | None = None


@dataclass(frozen=True, kw_only=True)
class VorgangFilter(SchriftgutFilter):
    """Filters of the list of Vorgänge; None filters nothing."""

    akte_id: UUID | None = None
    leistung: str | None = None
