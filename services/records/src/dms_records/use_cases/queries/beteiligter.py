"""Rows of Beteiligte."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dms_records.domain.beteiligter import Beteiligter


@dataclass(frozen=True, kw_only=True)
class BeteiligterRow:
    """A Beteiligter as it is answered."""

    id: UUID
    version: int
    akte_id: UUID | None
    vorgang_id: UUID | None
    rolle: str
    art: str
    vorname: str | None
    nachname: str | None
    name: str | None
    strasse: str | None
    hausnummer: str | None
    plz: str | None
    ort: str | None
    email: str | None
    telefon: str | None
    erstellt_am: datetime

    @classmethod
    def of(cls, beteiligter: Beteiligter) -> "BeteiligterRow":
        """Return a Beteiligter that was just written."""
        return cls(**{name: getattr(beteiligter, name) for name in cls.__dataclass_fields__})
