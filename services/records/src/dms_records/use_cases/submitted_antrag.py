"""An Antrag on its way into records: as the message names it, and as records received it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dms_records.domain.eingang import Eingang, EingangAnlage


@dataclass(frozen=True, kw_only=True)
class SubmittedDatei:
    """A file as the message names it; `sha256` and `sha512` are hex."""

    id: UUID
    dateiname: str
    mime_type: str
    key: str
    groesse: int
    sha256: str
    sha512: str


@dataclass(frozen=True, kw_only=True)
class SubmittedAntrag:
    """The facts of a submitted Antrag."""

    mandant: str
    antrag_id: UUID
    eingangsnummer: str
    eingegangen_am: datetime
    leistung_schluessel: str
    leistung_bezeichnung: str
    region: str
    betreff: str
    formular: SubmittedDatei
    anlagen: Sequence[SubmittedDatei]


@dataclass(frozen=True)
class ReceivedAntrag:
    """An Eingang with its files, ready to be filed in one transaction."""

    eingang: Eingang
    anlagen: Sequence[EingangAnlage]
