"""Rows of Dokumente, and their files."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dms_kit.core.fixity import Schaden
from dms_records.domain.errors import DokumentDamagedError


@dataclass(frozen=True, kw_only=True)
class DokumentRow:
    """A Dokument with the facts of its current version; `sperre_…` is its last check-out, whose time may be over."""

    id: UUID
    version: int
    vorgang_id: UUID
    aktenzeichen: str | None
    nummer: int
    titel: str
    art: str
    aktuelle_version: int
    dateiname: str
    mime_type: str
    groesse: int
    sha256: str
    sha512: str
    pruefstatus: str
    befund: str | None
    geprueft_am: datetime | None
    zustaendigkeit_id: UUID
    rang: int
    erstellt_am: datetime
    status: str
    geloescht_am: datetime | None
    loeschen_am: datetime | None
    endgueltig_am: datetime | None
    sperre_sub: str | None
    sperre_name: str | None
    sperre_seit: datetime | None
    sperre_bis: datetime | None


@dataclass(frozen=True, kw_only=True)
class DokumentFilter:
    """Filters of the Dokumente of a Vorgang; None filters nothing, `stichwort` is a part of the title."""

    status: str | None = None
    art: str | None = None
    stichwort: str | None = None


@dataclass(frozen=True, kw_only=True)
class DokumentversionRow:
    """One version of a Dokument as it is answered; `erstellt_von` is None for what the system filed."""

    id: UUID
    dokument_id: UUID
    nummer: int
    dateiname: str
    mime_type: str
    groesse: int
    sha256: str
    sha512: str
    pruefstatus: str
    befund: str | None
    geprueft_am: datetime | None
    kommentar: str | None
    erstellt_am: datetime
    erstellt_von: str | None
    erstellt_von_name: str | None
    wiederhergestellt_aus: int | None
    endgueltig_am: datetime | None
    endgueltig_von: str | None
    endgueltig_von_name: str | None


@dataclass(frozen=True, kw_only=True)
class InhaltRow:
    """
    A file to be served: where it lies and by which it is verified; `objekt_id` is the object of the Protokoll.

    `schaden` says what was found wrong with it, while it is quarantined.
    """

    objekt_id: UUID
    dokument_id: UUID
    art: str
    dateiname: str
    mime_type: str
    groesse: int
    sha256: str
    blocks: bytes
    objekt_key: str
    pruefstatus: str
    befund: str | None = None
    schaden: str | None = None

    def check_whole(self) -> None:
        """Raise DokumentDamagedError for a file that is quarantined."""
        if self.schaden is not None:
            raise DokumentDamagedError(Schaden(self.schaden))


@dataclass(frozen=True, kw_only=True)
class BefundFilter:
    """Filters of the list of Befunde; None filters nothing, `geprueft_vor` is exclusive."""

    pruefstatus: str
    geprueft_ab: datetime | None = None
    geprueft_vor: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class BefundRow:
    """A file of a Dokument or in the Posteingang that is infected or could not be scanned; nothing of what it says."""

    id: UUID
    dokument_id: UUID | None
    posteingang_id: UUID | None
    mime_type: str
    groesse: int
    pruefstatus: str
    befund: str
    geprueft_am: datetime


@dataclass(frozen=True, kw_only=True)
class Inhalt:
    """A file being served; `chunks` are verified bytes from `start`, `length` of them."""

    row: InhaltRow
    start: int
    length: int
    chunks: AsyncIterator[bytes]
