"""The Aufgabe: something to be done with a Vorgang by the office that is responsible for it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from dms_kit.core.clock import BERLIN
from dms_kit.core.errors import FieldError, InvalidInputError
from dms_kit.core.ids import new_id
from dms_kit.core.text import is_storable, normalise
from dms_workflow.domain.errors import (
    AufgabeDoneError,
    AufgabeHeldByOtherError,
    AufgabeNotClaimedError,
    AufgabeTakenError,
)

OFFEN = "offen"
UEBERNOMMEN = "uebernommen"
ERLEDIGT = "erledigt"

ANTRAG_PRUEFEN = "Antrag prüfen"
MAX_ERGEBNIS = 200
MAX_BEMERKUNG = 4000
_FRIST = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class VorgangFacts:
    """What an Aufgabe needs to know of its Vorgang, at a version of the Vorgang."""

    id: UUID
    version: int
    antrag_id: UUID | None
    aktenzeichen: str
    zustaendigkeit_id: UUID
    rang: int
    abgeschirmt: bool


@dataclass(eq=False, kw_only=True)
class Aufgabe:
    """
    A piece of work with at most one Bearbeiter.

    `vorgang_version` is the version of the Vorgang whose facts are copied here.
    """

    mandant: str
    id: UUID
    vorgang_id: UUID
    vorgang_version: int
    antrag_id: UUID | None
    aktenzeichen: str
    zustaendigkeit_id: UUID
    rang: int
    abgeschirmt: bool
    titel: str
    faellig_am: date
    erstellt_am: datetime
    status: str = OFFEN
    bearbeiter_sub: str | None = None
    bearbeiter_name: str | None = None
    ergebnis: str | None = None
    bemerkung: str | None = None
    version: int = 1

    def is_held_by(self, sub: str) -> bool:
        """Say whether this person works on the Aufgabe now."""
        return self.status == UEBERNOMMEN and self.bearbeiter_sub == sub

    def is_completed_by(self, sub: str) -> bool:
        """Say whether this person finished the Aufgabe."""
        return self.status == ERLEDIGT and self.bearbeiter_sub == sub

    def claim(self, sub: str, name: str) -> bool:
        """Give the Aufgabe to a person; say whether anything changed (the winner may ask again)."""
        if self.status == ERLEDIGT:
            raise AufgabeDoneError
        if self.is_held_by(sub):
            return False
        if self.status == UEBERNOMMEN:
            raise AufgabeTakenError
        self.status = UEBERNOMMEN
        self.bearbeiter_sub, self.bearbeiter_name = sub, name
        return True

    def release(self, sub: str, *, leads: bool) -> None:
        """Give the Aufgabe back to its office; who leads the office may do so for others."""
        self._check_claimed()
        if self.bearbeiter_sub != sub and not leads:
            raise AufgabeHeldByOtherError
        self.status = OFFEN
        self.bearbeiter_sub = self.bearbeiter_name = None

    def complete(self, sub: str, ergebnis: str, bemerkung: str | None) -> bool:
        """Finish the Aufgabe with its outcome; say whether anything changed (the same outcome may come again)."""
        ergebnis, bemerkung = _checked_outcome(ergebnis, bemerkung)
        if self.is_completed_by(sub) and (self.ergebnis, self.bemerkung) == (ergebnis, bemerkung):
            return False
        self._check_claimed()
        if self.bearbeiter_sub != sub:
            raise AufgabeHeldByOtherError
        self.status = ERLEDIGT
        self.ergebnis, self.bemerkung = ergebnis, bemerkung
        return True

    def _check_claimed(self) -> None:
        if self.status == ERLEDIGT:
            raise AufgabeDoneError
        if self.status == OFFEN:
            raise AufgabeNotClaimedError


def antrag_pruefen(mandant: str, vorgang: VorgangFacts, moment: datetime) -> Aufgabe:
    """Return the Aufgabe with which the work on a new Vorgang begins, due in two weeks by the calendar of Berlin."""
    return Aufgabe(
        mandant=mandant,
        id=new_id(),
        vorgang_id=vorgang.id,
        vorgang_version=vorgang.version,
        antrag_id=vorgang.antrag_id,
        aktenzeichen=vorgang.aktenzeichen,
        zustaendigkeit_id=vorgang.zustaendigkeit_id,
        rang=vorgang.rang,
        abgeschirmt=vorgang.abgeschirmt,
        titel=ANTRAG_PRUEFEN,
        faellig_am=moment.astimezone(BERLIN).date() + _FRIST,
        erstellt_am=moment,
    )


def _checked_outcome(ergebnis: str, bemerkung: str | None) -> tuple[str, str | None]:
    errors = [
        FieldError(f"/{name}", detail)
        for name, value, limit in (("ergebnis", ergebnis, MAX_ERGEBNIS), ("bemerkung", bemerkung or "", MAX_BEMERKUNG))
        for detail in _faults(normalise(value), limit)
    ]
    if not ergebnis.strip():
        errors.append(FieldError("/ergebnis", "Das Ergebnis darf nicht leer sein."))
    if errors:
        raise InvalidInputError(errors=errors)
    return normalise(ergebnis), normalise(bemerkung) if bemerkung is not None else None


def _faults(text: str, limit: int) -> list[str]:
    faults = []
    if len(text) > limit:
        faults.append(f"Höchstens {limit} Zeichen sind erlaubt.")
    if not is_storable(text):
        faults.append("Der Text enthält Zeichen, die nicht gespeichert werden können.")
    return faults
