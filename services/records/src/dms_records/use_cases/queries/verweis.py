"""Rows and filters of Verweise."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dms_records.domain.schriftgut import SchriftgutBezug


@dataclass(frozen=True, kw_only=True)
class VerweisRow:
    """A Verweis with what is shown of its ends; the reader may read both."""

    id: UUID
    version: int
    typ: str
    erstellt_am: datetime
    quelle_akte_id: UUID | None
    quelle_vorgang_id: UUID | None
    quelle_dokument_id: UUID | None
    quelle_titel: str
    quelle_aktenzeichen: str | None
    ziel_akte_id: UUID | None
    ziel_vorgang_id: UUID | None
    ziel_dokument_id: UUID | None
    ziel_titel: str
    ziel_aktenzeichen: str | None

    @property
    def quelle(self) -> SchriftgutBezug:
        """Return the object that refers."""
        return SchriftgutBezug.of(self.quelle_akte_id, self.quelle_vorgang_id, self.quelle_dokument_id)

    @property
    def ziel(self) -> SchriftgutBezug:
        """Return the object that is referred to."""
        return SchriftgutBezug.of(self.ziel_akte_id, self.ziel_vorgang_id, self.ziel_dokument_id)


@dataclass(frozen=True, kw_only=True)
class VerweisFilter:
    """Filters of the Verweise of an object: one kind, and only those that go out from it or come in."""

    typ: str | None = None
    richtung: str | None = None
