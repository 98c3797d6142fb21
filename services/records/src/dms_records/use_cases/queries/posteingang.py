"""Rows of the Posteingang."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class AnlageRow:
    """A file of an item of the Posteingang."""

    id: UUID
    posteingang_id: UUID
    art: str
    dateiname: str
    mime_type: str
    groesse: int
    sha256: str
    pruefstatus: str


@dataclass(frozen=True, kw_only=True)
class PosteingangFilter:
    """Filters of the Posteingang; None filters nothing, `stichwort` is a part of the Betreff."""

    leistung: str | None = None
    region: str | None = None
    eingangsnummer: str | None = None
    stichwort: str | None = None
    eingegangen_ab: datetime | None = None
    eingegangen_vor: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PosteingangRow:
    """An item that waits in the Posteingang."""

    id: UUID
    version: int
    antrag_id: UUID
    eingangsnummer: str
    eingegangen_am: datetime
    betreff: str
    leistung_schluessel: str
    leistung_bezeichnung: str
    region: str
    grund: str
    anlagen: Sequence[AnlageRow] = field(default=())
