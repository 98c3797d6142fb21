"""An application as it came in, and the facts of what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dms_ingest.domain.anlage import Anlage, Objekt


class AntragSchritt(StrEnum):
    """The steps of an Antrag, in their order."""

    EINGEGANGEN = "eingegangen"
    ABGELEGT = "abgelegt"
    DURCHSUCHBAR = "durchsuchbar"
    ZUGEWIESEN = "zugewiesen"
    ABGESCHLOSSEN = "abgeschlossen"


@dataclass(frozen=True, kw_only=True)
class AntragAblage:
    """Where an Antrag was filed, as records tells it; the last three decide who may see it."""

    vorgang_id: UUID
    aktenzeichen: str
    anzahl_dokumente: int
    abgelegt_am: datetime
    zustaendigkeit_id: UUID
    rang: int
    abgeschirmt: bool


@dataclass(eq=False, kw_only=True)
class Antrag:
    """
    An accepted application. What was sent never changes; the fields below `quittung` follow the events of others.

    Events of different topics arrive in any order, so each is kept as a fact and `verlauf` is derived from the facts.
    """

    id: UUID
    mandant: str
    client: str
    eingangsnummer: str
    eingegangen_am: datetime
    leistung_schluessel: str
    leistung_bezeichnung: str
    region: str
    betreff: str
    externe_referenz: str | None
    formular: Objekt
    anlagen: list[Anlage]
    quittung: str = ""
    vorgang_id: UUID | None = None
    aktenzeichen: str | None = None
    zustaendigkeit_id: UUID | None = None
    rang: int | None = None
    abgeschirmt: bool = False
    anzahl_dokumente: int | None = None
    abgelegt_am: datetime | None = None
    durchsuchbar_am: datetime | None = None
    zugewiesen_am: datetime | None = None
    zuletzt_zugewiesen_am: datetime | None = None
    abgeschlossen_am: datetime | None = None
    version: int = field(default=1)

    def record_abgelegt(self, ablage: AntragAblage) -> None:
        """Note the Vorgang, once; of this one, what it says later of its number and of who may see it."""
        if self.vorgang_id is None:
            self.vorgang_id = ablage.vorgang_id
            self.anzahl_dokumente = ablage.anzahl_dokumente
            self.abgelegt_am = ablage.abgelegt_am
        elif self.vorgang_id != ablage.vorgang_id:
            return
        self.aktenzeichen = ablage.aktenzeichen
        self.zustaendigkeit_id = ablage.zustaendigkeit_id
        self.rang = ablage.rang
        self.abgeschirmt = ablage.abgeschirmt

    def record_indexiert(self, anzahl: int, zuletzt: datetime | None) -> None:
        """Note how many distinct Dokumente are indexed; searchable once that is all of them."""
        if self.durchsuchbar_am is None and self.anzahl_dokumente is not None and anzahl >= self.anzahl_dokumente:
            self.durchsuchbar_am = zuletzt

    def record_zugewiesen(self, zeitpunkt: datetime) -> None:
        """Note an opened Aufgabe: the first one assigns, a later one reopens."""
        self.zugewiesen_am = min(self.zugewiesen_am or zeitpunkt, zeitpunkt)
        self.zuletzt_zugewiesen_am = max(self.zuletzt_zugewiesen_am or zeitpunkt, zeitpunkt)

    def record_abgeschlossen(self, zeitpunkt: datetime) -> None:
        """Note that no Aufgabe of the Vorgang was open any more."""
        self.abgeschlossen_am = max(self.abgeschlossen_am or zeitpunkt, zeitpunkt)

    def verlauf(self) -> list[tuple[AntragSchritt, datetime]]:
        """Return the steps reached, in the order of steps."""
        moments = {
            AntragSchritt.EINGEGANGEN: self.eingegangen_am,
            AntragSchritt.ABGELEGT: self.abgelegt_am,
            AntragSchritt.DURCHSUCHBAR: self.durchsuchbar_am,
            AntragSchritt.ZUGEWIESEN: self.zugewiesen_am,
            AntragSchritt.ABGESCHLOSSEN: self._ended_at(),
        }
        return [(schritt, moments[schritt]) for schritt in AntragSchritt if moments[schritt] is not None]  # type: ignore[misc]

    @property
    def status(self) -> AntragSchritt:
        """Return the furthest step reached."""
        return self.verlauf()[-1][0]

    def _ended_at(self) -> datetime | None:
        opened, ended = self.zuletzt_zugewiesen_am, self.abgeschlossen_am
        return None if ended is None or (opened is not None and opened > ended) else ended


def format_eingangsnummer(jahr: int, nummer: int) -> str:
    """Return the number that is told to the applicant, such as E-2026-0000042."""
    return f"E-{jahr}-{nummer:07}"
