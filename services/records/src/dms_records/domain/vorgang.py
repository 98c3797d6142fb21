"""The Vorgang: one matter being dealt with, inside an Akte."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from dms_kit.core.ids import new_id
from dms_kit.core.text import sort_key
from dms_records.domain.akte import Akte
from dms_records.domain.eingang import Eingang
from dms_records.domain.errors import (
    AufgabeOpenError,
    SchriftgutDraftError,
    SchriftgutNotClosedError,
    SchriftgutParentError,
    SchriftgutRegisteredError,
)
from dms_records.domain.schriftgut import (
    ENTWURF,
    IN_BEARBEITUNG,
    OFFEN,
    ZDA,
    check_registered,
    check_writable,
    ebene_below,
    rang_below,
)


@dataclass(eq=False, kw_only=True)
class Vorgang:
    """
    A matter with its status, or with `uebergeordnet_id` a Teilvorgang; a draft has no `aktenzeichen`.

    `antrag_id` is None when it did not come from an Antrag. `ebene` counts the levels below the plan.
    """

    mandant: str
    id: UUID
    akte_id: UUID
    aktenzeichen: str | None
    betreff: str
    status: str
    antrag_id: UUID | None
    zustaendigkeit_id: UUID
    rang: int
    abgeschirmt: bool
    anzahl_dokumente: int
    erstellt_am: datetime
    zda_am: date | None = None
    uebergeordnet_id: UUID | None = None
    ebene: int = 2
    position: int | None = None
    alte_geschaeftszeichen: list[str] = field(default_factory=list)
    fremde_geschaeftszeichen: list[str] = field(default_factory=list)
    version: int = 1
    betreff_sortierung: str = ""

    def __post_init__(self) -> None:
        self.betreff_sortierung = sort_key(self.betreff)

    @property
    def given_zeichen(self) -> str:
        """Return the number that those below begin with; a draft has none to give."""
        if self.aktenzeichen is None:
            raise SchriftgutDraftError
        return self.aktenzeichen

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
            ebene=akte.ebene + 1,
        )

    @classmethod
    def draft(cls, akte: Akte, *, betreff: str, rang: int | None, limit: int, moment: datetime) -> "Vorgang":
        """Begin a Vorgang in an Akte, without a number."""
        check_writable(akte)
        return cls(
            mandant=akte.mandant,
            id=new_id(),
            akte_id=akte.id,
            aktenzeichen=None,
            betreff=betreff,
            status=ENTWURF,
            antrag_id=None,
            zustaendigkeit_id=akte.zustaendigkeit_id,
            rang=rang_below(akte.rang, rang),
            abgeschirmt=akte.abgeschirmt,
            anzahl_dokumente=0,
            erstellt_am=moment,
            ebene=ebene_below(akte, limit=limit),
        )

    def place_below(self, above: "Vorgang", *, limit: int) -> None:
        """Make the Vorgang a Teilvorgang of another in the same Akte."""
        if above.akte_id != self.akte_id:
            raise SchriftgutParentError
        check_writable(above)
        self.ebene = ebene_below(above, limit=limit)
        self.rang = rang_below(above.rang, self.rang)
        self.uebergeordnet_id = above.id
        self.abgeschirmt = above.abgeschirmt

    def check_movable(self, akte_id: UUID, above_id: UUID | None, below: Iterable["Vorgang"]) -> None:
        """Refuse to move what is zdA, to where it is already, and below itself."""
        check_writable(self)
        if (akte_id, above_id) == (self.akte_id, self.uebergeordnet_id):
            raise SchriftgutParentError("Der Vorgang liegt schon dort.")
        if above_id in {self.id, *(vorgang.id for vorgang in below)}:
            raise SchriftgutParentError("Der Vorgang kann nicht unter sich selbst liegen.")

    def move(self, akte: Akte, above: "Vorgang | None", *, limit: int) -> int:
        """Lie in another Akte, or below another Vorgang in it; return by how many levels it sinks."""
        check_writable(akte)
        if self.status != ENTWURF:
            check_registered(akte)
        if above is not None:
            if above.akte_id != akte.id:
                raise SchriftgutParentError
            check_writable(above)
            if self.status != ENTWURF:
                check_registered(above)
        self.akte_id = akte.id
        self.uebergeordnet_id = None if above is None else above.id
        return ebene_below(akte if above is None else above, limit=limit) - self.ebene

    def check_registrable(self, above: "Vorgang | None") -> None:
        """Refuse a second number, and a Teilvorgang of a draft."""
        if self.status != ENTWURF:
            raise SchriftgutRegisteredError
        if above is not None:
            check_registered(above)
            check_writable(above)

    def register(self, aktenzeichen: str) -> None:
        """Give the Vorgang its number, once and for ever."""
        self.aktenzeichen = aktenzeichen
        self.status = OFFEN

    def rename(self, betreff: str) -> None:
        """Give the Vorgang another Betreff."""
        check_writable(self)
        self.betreff = betreff
        self.betreff_sortierung = sort_key(betreff)

    def check_closable(self, aufgaben: Sequence["VorgangAufgabe"]) -> None:
        """
        Refuse zdA of a draft, a second one, and one with Aufgaben that are not done.

        Every Antrag opens an Aufgabe: while none is known of, it is on its way.
        """
        check_registered(self)
        check_writable(self)
        is_expected = self.antrag_id is not None and not aufgaben
        if is_expected or any(not aufgabe.erledigt for aufgabe in aufgaben):
            raise AufgabeOpenError

    def close(self, day: date) -> None:
        """Set the Vorgang zdA; the caller has seen that nothing below is open."""
        self.status = ZDA
        self.zda_am = day

    def reopen(self, aufgaben: Iterable["VorgangAufgabe"]) -> None:
        """Lift zdA; the Aufgaben say what the Vorgang is then."""
        if self.status != ZDA:
            raise SchriftgutNotClosedError
        self.status = OFFEN
        self.zda_am = None
        self.follow_aufgaben(aufgaben)

    def follow_aufgaben(self, aufgaben: Iterable["VorgangAufgabe"]) -> bool:
        """Take the status that the Aufgaben give (being worked on while somebody holds one); say whether it changed."""
        if self.status in {ENTWURF, ZDA}:
            return False
        status = IN_BEARBEITUNG if any(aufgabe.uebernommen for aufgabe in aufgaben) else OFFEN
        changed = status != self.status
        self.status = status
        return changed


@dataclass(eq=False, kw_only=True)
class VorgangAufgabe:
    """What records remembers of an Aufgabe: its newest known version, whether somebody holds it, whether it is done."""

    mandant: str
    id: UUID
    vorgang_id: UUID
    aufgabe_version: int
    uebernommen: bool
    erledigt: bool = False


def teilvorgang_zeichen(above: Vorgang, nummer: int) -> str:
    """Return the number of a Teilvorgang below that of its Vorgang; no template of a unit can give the same."""
    return f"{above.given_zeichen}.T{nummer:02}"
