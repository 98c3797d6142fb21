"""What Akte and Vorgang share: their place in the structure, and when they may be written to."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from dms_records.domain.errors import (
    SchriftgutClosedError,
    SchriftgutDraftError,
    SchriftgutPositionError,
    SchriftgutProtectionError,
    SchriftgutTooDeepError,
)

AKTE = "akte"
VORGANG = "vorgang"
DOKUMENT = "dokument"

ENTWURF = "entwurf"
REGISTRIERT = "registriert"
OFFEN = "offen"
IN_BEARBEITUNG = "in_bearbeitung"
ZDA = "zda"


@dataclass(frozen=True)
class SchriftgutBezug:
    """The object that something belongs to: its kind and its id."""

    art: str
    id: UUID

    @classmethod
    def of(cls, akte_id: UUID | None, vorgang_id: UUID | None, dokument_id: UUID | None) -> "SchriftgutBezug":
        """Return the object of which the id is given."""
        [found] = [
            cls(art, object_id)
            for art, object_id in ((AKTE, akte_id), (VORGANG, vorgang_id), (DOKUMENT, dokument_id))
            if object_id is not None
        ]
        return found


class SchriftgutObjekt(Protocol):
    """Any of them, as its neighbours see it."""

    id: UUID
    status: str
    rang: int
    ebene: int


def check_writable(objekt: SchriftgutObjekt) -> None:
    """Refuse a change of what is zdA (life cycle: afterwards writes are refused)."""
    if objekt.status == ZDA:
        raise SchriftgutClosedError


def check_registered(objekt: SchriftgutObjekt) -> None:
    """Refuse what only a registered object can do."""
    if objekt.status == ENTWURF:
        raise SchriftgutDraftError


def ebene_below(above: SchriftgutObjekt, *, limit: int) -> int:
    """Return the level of something below; refuse more than `limit` levels below the plan."""
    if above.ebene >= limit:
        raise SchriftgutTooDeepError(f"Unterhalb des Aktenplans sind höchstens {limit} Ebenen möglich.")
    return above.ebene + 1


def rang_below(above_rang: int, wanted: int | None) -> int:
    """Return the confidentiality of something below: the wanted one or that above; stricter, never laxer."""
    if wanted is not None and wanted < above_rang:
        raise SchriftgutProtectionError
    return above_rang if wanted is None else wanted


def protect(objekt: SchriftgutObjekt, rang: int, *, above_rang: int) -> None:
    """Give an object another confidentiality: a higher one, or a lower one that is not below that above it."""
    check_writable(objekt)
    if rang < objekt.rang:
        rang_below(above_rang, rang)
    objekt.rang = rang


def check_position(position: int | None, *, taken: bool, siblings_numbered: bool, siblings_unnumbered: bool) -> None:
    """Refuse a position number that a sibling has, and a mix of numbered and unnumbered siblings."""
    if taken:
        raise SchriftgutPositionError(f"Die Position {position} ist schon vergeben.")
    if siblings_unnumbered and position is not None:
        raise SchriftgutPositionError("Die Geschwister haben keine Positionsnummern.")
    if siblings_numbered and position is None:
        raise SchriftgutPositionError("Die Geschwister haben Positionsnummern; hier fehlt eine.")
