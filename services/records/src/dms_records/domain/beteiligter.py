"""The Beteiligter: a person or an organisation with a role in an Akte or a Vorgang."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dms_kit.core.ids import new_id
from dms_kit.core.text import sort_key
from dms_records.domain.akte import Akte
from dms_records.domain.vorgang import Vorgang

NATUERLICHE_PERSON = "natuerliche_person"
ORGANISATION = "organisation"
ANTRAGSTELLER = "antragsteller"


@dataclass(frozen=True, kw_only=True)
class BeteiligterAngaben:
    """What is said of a Beteiligter: an organisation has a `name`, a natural person a `nachname`."""

    rolle: str
    art: str
    vorname: str | None = None
    nachname: str | None = None
    name: str | None = None
    strasse: str | None = None
    hausnummer: str | None = None
    plz: str | None = None
    ort: str | None = None
    email: str | None = None
    telefon: str | None = None

    @classmethod
    def of_antragsteller(cls, facts: Mapping[str, str]) -> "BeteiligterAngaben":
        """Return what an Antrag says of its Antragsteller."""
        return cls(rolle=ANTRAGSTELLER, **facts)

    @property
    def sortierung(self) -> str:
        """Return the key by which names are sorted, family names first."""
        parts = (self.name,) if self.art == ORGANISATION else (self.nachname, self.vorname)
        return sort_key(", ".join(part for part in parts if part))


@dataclass(eq=False, kw_only=True)
class Beteiligter:
    """
    One role of one person or organisation; of `akte_id` and `vorgang_id` one is given.

    It has no protection of its own: who may read the Akte or Vorgang reads it, and nobody else.
    """

    mandant: str
    id: UUID
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
    version: int = 1
    name_sortierung: str = ""

    @classmethod
    def of(cls, objekt: Akte | Vorgang, angaben: BeteiligterAngaben, *, moment: datetime) -> "Beteiligter":
        """Make a new Beteiligter of an Akte or a Vorgang."""
        return cls(
            mandant=objekt.mandant,
            id=new_id(),
            akte_id=objekt.id if isinstance(objekt, Akte) else None,
            vorgang_id=objekt.id if isinstance(objekt, Vorgang) else None,
            erstellt_am=moment,
            name_sortierung=angaben.sortierung,
            **asdict(angaben),
        )

    def change(self, angaben: BeteiligterAngaben) -> Mapping[str, Any]:
        """Say something else of the Beteiligter; return the fields that changed with their old values."""
        wanted = asdict(angaben)
        before = {name: getattr(self, name) for name, value in wanted.items() if getattr(self, name) != value}
        for name in before:
            setattr(self, name, wanted[name])
        self.name_sortierung = angaben.sortierung
        return before
