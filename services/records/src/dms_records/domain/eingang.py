"""The Eingang: an Antrag as records received it, filed or waiting in the Posteingang."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(eq=False, kw_only=True)
class Eingang:
    """
    The facts of one Antrag; its key is the Antrag's id, so that no Antrag is ever filed twice.

    `formulardaten` is JSON text exactly as sent: 12.50 stays 12.50. `antragsteller` is kept until there is a Vorgang,
    whose Beteiligter it becomes.
    """

    mandant: str
    antrag_id: UUID
    eingangsnummer: str
    eingegangen_am: datetime
    leistung_schluessel: str
    leistung_bezeichnung: str
    region: str
    betreff: str
    formulardaten: str | None
    antragsteller: Mapping[str, str] | None = None


@dataclass(eq=False, kw_only=True)
class EingangAnlage:
    """A file of an Eingang: records' own copy in the object store, verified. Position 0 is the form data."""

    mandant: str
    id: UUID
    antrag_id: UUID
    position: int
    art: str
    dateiname: str
    mime_type: str
    groesse: int
    sha256: str
    sha512: str
    blocks: bytes
    objekt_key: str
    pruefstatus: str
    befund: str | None = None
    geprueft_am: datetime | None = None
