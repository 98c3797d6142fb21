"""The Akte: everything on one matter, below one unit of the plan."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from dms_kit.core.ids import new_id
from dms_kit.core.text import sort_key
from dms_records.domain.aktenplaneinheit import FALLAKTE, SAMMELAKTE, Aktenplaneinheit, Aktenplanstelle
from dms_records.domain.errors import (
    AkteRegisteredError,
    SchriftgutDraftError,
    SchriftgutNotClosedError,
    SchriftgutParentError,
    SchriftgutRegisteredError,
)
from dms_records.domain.schriftgut import (
    ENTWURF,
    IN_BEARBEITUNG,
    REGISTRIERT,
    ZDA,
    SchriftgutObjekt,
    check_registered,
    check_writable,
    ebene_below,
    rang_below,
)


@dataclass(eq=False, kw_only=True)
class Akte:
    """
    A Fallakte, the Sammelakte of one `jahr`, or with `uebergeordnet_id` a Teilakte.

    A draft has no `aktenzeichen`. `ebene` counts the levels below the plan from 1, `position` orders siblings.
    """

    mandant: str
    id: UUID
    aktenzeichen: str | None
    titel: str
    art: str
    jahr: int | None
    aktenplaneinheit_id: UUID
    zustaendigkeit_id: UUID
    rang: int
    abgeschirmt: bool
    erstellt_am: datetime
    status: str = IN_BEARBEITUNG
    zda_am: date | None = None
    uebergeordnet_id: UUID | None = None
    ebene: int = 1
    position: int | None = None
    alte_geschaeftszeichen: list[str] = field(default_factory=list)
    fremde_geschaeftszeichen: list[str] = field(default_factory=list)
    version: int = 1
    titel_sortierung: str = ""

    def __post_init__(self) -> None:
        self.titel_sortierung = sort_key(self.titel)

    @property
    def given_zeichen(self) -> str:
        """Return the number that those below begin with; a draft has none to give."""
        if self.aktenzeichen is None:
            raise SchriftgutDraftError
        return self.aktenzeichen

    @classmethod
    def under(
        cls,
        stelle: Aktenplanstelle,
        zustaendigkeit_id: UUID,
        *,
        betreff: str,
        aktenzeichen: str,
        jahr: int,
        moment: datetime,
    ) -> "Akte":
        """Create the Akte of one Eingang under a unit of the plan: a Fallakte of its own or the year's Sammelakte."""
        einheit = stelle.einheit
        is_sammelakte = stelle.aktenbildung == SAMMELAKTE
        return cls(
            mandant=einheit.mandant,
            id=new_id(),
            aktenzeichen=aktenzeichen,
            titel=f"{einheit.titel} {jahr}" if is_sammelakte else betreff,
            art=stelle.aktenbildung,
            jahr=jahr if is_sammelakte else None,
            aktenplaneinheit_id=einheit.id,
            zustaendigkeit_id=zustaendigkeit_id,
            rang=einheit.rang,
            abgeschirmt=False,
            erstellt_am=moment,
        )

    @classmethod
    def draft(
        cls, stelle: Aktenplanstelle, zustaendigkeit_id: UUID, *, titel: str, rang: int | None, moment: datetime
    ) -> "Akte":
        """Begin a Fallakte under a unit of the plan, without a number."""
        einheit = stelle.einheit
        return cls(
            mandant=einheit.mandant,
            id=new_id(),
            aktenzeichen=None,
            titel=titel,
            art=FALLAKTE,
            jahr=None,
            aktenplaneinheit_id=einheit.id,
            zustaendigkeit_id=zustaendigkeit_id,
            rang=rang_below(einheit.rang, rang),
            abgeschirmt=False,
            erstellt_am=moment,
            status=ENTWURF,
        )

    def place_below(self, above: "Akte", *, limit: int) -> None:
        """Make the Akte a Teilakte of another; it follows that one in plan unit, office and protection."""
        check_writable(above)
        if above.aktenplaneinheit_id != self.aktenplaneinheit_id or above.art == SAMMELAKTE:
            raise SchriftgutParentError
        self.ebene = ebene_below(above, limit=limit)
        self.rang = rang_below(above.rang, self.rang)
        self.uebergeordnet_id = above.id
        self.zustaendigkeit_id = above.zustaendigkeit_id
        self.abgeschirmt = above.abgeschirmt

    def check_movable(self, einheit_id: UUID, above_id: UUID | None, below: Iterable[SchriftgutObjekt]) -> None:
        """Refuse to move what is zdA, a Sammelakte, to where it is already, and below itself."""
        check_writable(self)
        if self.art == SAMMELAKTE:
            raise SchriftgutParentError("Eine Sammelakte bleibt unter ihrer Aktenplaneinheit.")
        if (einheit_id, above_id) == (self.aktenplaneinheit_id, self.uebergeordnet_id):
            raise SchriftgutParentError("Die Akte liegt schon dort.")
        if above_id in {self.id, *(objekt.id for objekt in below)}:
            raise SchriftgutParentError("Die Akte kann nicht unter sich selbst liegen.")

    def move(self, einheit: Aktenplaneinheit, above: "Akte | None", *, limit: int) -> int:
        """Lie under another plan unit, or below another Akte there; return by how many levels it sinks."""
        self.aktenplaneinheit_id = einheit.id
        self.uebergeordnet_id = None
        self.position = None
        if above is None:
            self.rang = max(self.rang, einheit.rang)
            return 1 - self.ebene
        if self.status != ENTWURF:
            check_registered(above)
        ebene, self.rang = self.ebene, max(self.rang, above.rang)
        self.place_below(above, limit=limit)
        sinks, self.ebene = self.ebene - ebene, ebene
        return sinks

    def check_registrable(self, above: "Akte | None") -> None:
        """Refuse a second number, and a Teilakte of a draft."""
        if self.status != ENTWURF:
            raise SchriftgutRegisteredError
        if above is not None:
            check_registered(above)
            check_writable(above)

    def register(self, aktenzeichen: str) -> None:
        """Give the Akte its number, once and for ever."""
        self.aktenzeichen = aktenzeichen
        self.status = REGISTRIERT

    def take_up(self) -> bool:
        """Work begins with the first thing registered below; say whether that changed anything."""
        check_registered(self)
        check_writable(self)
        if self.status != REGISTRIERT:
            return False
        self.status = IN_BEARBEITUNG
        return True

    def rename(self, titel: str) -> None:
        """Give the Akte another title."""
        check_writable(self)
        self.titel = titel
        self.titel_sortierung = sort_key(titel)

    def check_deletable(self) -> None:
        """Refuse to delete what has a number: outside Aussonderung it stays for ever."""
        if self.status != ENTWURF:
            raise AkteRegisteredError

    def check_closable(self) -> None:
        """Refuse zdA of a draft, and a second one."""
        check_registered(self)
        check_writable(self)

    def close(self, day: date) -> None:
        """Set the Akte zdA; the caller has seen that nothing below is open."""
        self.status = ZDA
        self.zda_am = day

    def reopen(self) -> None:
        """Lift zdA."""
        if self.status != ZDA:
            raise SchriftgutNotClosedError
        self.status = IN_BEARBEITUNG
        self.zda_am = None


def teilakte_zeichen(above: Akte, nummer: int) -> str:
    """Return the number of a Teilakte below that of its Akte; no template of a unit can give the same."""
    return f"{above.given_zeichen}.T{nummer:02}"
