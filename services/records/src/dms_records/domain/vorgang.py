"""The Vorgang: one matter being dealt with, inside an Akte."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dms_kit.core.ids import new_id
from dms_kit.core.text import sort_key
from dms_records.domain.akte import Akte
from dms_records.domain.eingang import Eingang

OFFEN = "offen"
IN_BEARBEITUNG = "in_bearbeitung"
ZDA = "zda"


@dataclass(eq=False, kw_only=True)
class Vorgang:
    """A matter with its status; `antrag_id` is None when it did not come from an Antrag."""

    mandant: str
    id: UUID
    akte_id: UUID
    aktenzeichen: str
    betreff: str
    status: str
    antrag_id: UUID | None
    zustaendigkeit_id: UUID
    rang: int
    abgeschirmt: bool
    anzahl_dokumente: int
    erstellt_am: datetime
    version: int = 1
    betreff_sortierung: str = ""

    def __post_init__(self) -> None:
        self.betreff_sortierung = sort_key(self.betreff)

    @classmethod
    def of_eingang(
        cls, eingang: Eingang, akte: Akte, *, aktenzeichen: str, anzahl_dokumente: int, moment: datetime
    ) -> "Vorgang":
        """Open the Vorgang of an Eingang; it inherits the protection of its Akte."""
        return cls(
            mandant=akte.mandant,
            id=new_id(),
            akte_id=akte.id,
            aktenzeichen=aktenzeichen,
            betreff=eingang.betreff,
            status=OFFEN,
            antrag_id=eingang.antrag_id,
            zustaendigkeit_id=akte.zustaendigkeit_id,
            rang=akte.rang,
            abgeschirmt=akte.abgeschirmt,
            anzahl_dokumente=anzahl_dokumente,
            erstellt_am=moment,
        )

    def follow_aufgaben(self, aufgaben: Iterable["VorgangAufgabe"]) -> bool:
        """Take the status that the Aufgaben give (being worked on while somebody holds one); say whether it changed."""
        if self.status == ZDA:
            return False
        status = IN_BEARBEITUNG if any(aufgabe.uebernommen for aufgabe in aufgaben) else OFFEN
        changed = status != self.status
        self.status = status
        return changed


@dataclass(eq=False, kw_only=True)
class VorgangAufgabe:
    """What records remembers of an Aufgabe: its newest known version, and whether somebody holds it."""

    mandant: str
    id: UUID
    vorgang_id: UUID
    aufgabe_version: int
    uebernommen: bool
