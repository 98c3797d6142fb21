"""What can be wrong with a stored object, and what is refused because of it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from dms_kit.core.errors import DmsError, ErrorKind


class Schaden(StrEnum):
    """How an object differs from what was written; each is a word of the API and of the programs that report it."""

    FEHLT = "fehlt"
    GROESSE = "groesse"
    PRUEFSUMME = "pruefsumme"
    UNLESBAR = "unlesbar"


@dataclass(frozen=True, kw_only=True)
class QuarantineFilter:
    """Which quarantined objects are asked for; None filters nothing, `descending` is the newest finding first."""

    schaden: str | None = None
    gefunden_durch: str | None = None
    descending: bool = True


@dataclass(frozen=True, kw_only=True)
class RunFilter:
    """Which scrub runs are asked for; None filters nothing, `descending` is the newest first."""

    art: str | None = None
    status: str | None = None
    descending: bool = True


class ObjektDamagedError(DmsError):
    """Raised when an object shall leave the quarantine and is still not what was written; restore it first."""

    code = "objekt-beschaedigt"
    kind = ErrorKind.CONFLICT
    title = "Das Objekt ist noch beschädigt"


def id_of_key(objekt_key: str) -> UUID:
    """Return the UUID at the end of an object's key, by which the Protokoll and operations name the object."""
    return UUID(objekt_key.rpartition("/")[2])
