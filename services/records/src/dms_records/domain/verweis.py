"""The Verweis: from one object of the Schriftgut to another, for a named reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dms_kit.core.errors import DmsError, ErrorKind, FieldError, NotFoundError
from dms_kit.core.ids import new_id
from dms_records.domain.schriftgut import DOKUMENT, VORGANG, SchriftgutBezug

# A Dokument that belongs to several Vorgänge is filed once; the others get this.
ENTHAELT = "enthaelt"


class VerweisRefusedError(DmsError):
    """Raised for a Verweis to the object itself, and for one whose kind does not fit the two objects."""

    code = "verweis-unzulaessig"
    kind = ErrorKind.CONFLICT
    title = "Dieser Verweis ist nicht zulässig"


class VerweisExistsError(DmsError):
    """Raised when there is a Verweis of this kind between the two objects, in whichever direction."""

    code = "verweis-vorhanden"
    kind = ErrorKind.CONFLICT
    title = "Diesen Verweis gibt es schon"


@dataclass(eq=False, kw_only=True)
class Verweis:
    """Of the ids of each end, one is given. Nothing of a Verweis is ever changed."""

    mandant: str
    id: UUID
    typ: str
    quelle_akte_id: UUID | None = None
    quelle_vorgang_id: UUID | None = None
    quelle_dokument_id: UUID | None = None
    ziel_akte_id: UUID | None = None
    ziel_vorgang_id: UUID | None = None
    ziel_dokument_id: UUID | None = None
    erstellt_am: datetime
    version: int = 1

    @classmethod
    def between(
        cls, quelle: SchriftgutBezug, ziel: SchriftgutBezug, *, typ: str, mandant: str, moment: datetime
    ) -> "Verweis":
        """Make a Verweis; to itself nothing refers, and only a Vorgang holds a Dokument of another one too."""
        if quelle == ziel:
            raise VerweisRefusedError("Ein Verweis führt zu einem anderen Objekt.")
        if typ == ENTHAELT and (quelle.art, ziel.art) != (VORGANG, DOKUMENT):
            raise VerweisRefusedError("Ein Vorgang enthält ein Dokument, nichts anderes.")
        ends: dict[str, Any] = {f"quelle_{quelle.art}_id": quelle.id, f"ziel_{ziel.art}_id": ziel.id}
        return cls(mandant=mandant, id=new_id(), typ=typ, erstellt_am=moment, **ends)

    @property
    def quelle(self) -> SchriftgutBezug:
        """Return the object that refers."""
        return SchriftgutBezug.of(self.quelle_akte_id, self.quelle_vorgang_id, self.quelle_dokument_id)

    @property
    def ziel(self) -> SchriftgutBezug:
        """Return the object that is referred to."""
        return SchriftgutBezug.of(self.ziel_akte_id, self.ziel_vorgang_id, self.ziel_dokument_id)


def ziel_unknown() -> NotFoundError:
    """Return what is said of a Ziel that there is not, that the actor may not read, or that was deleted just now."""
    return NotFoundError(errors=[FieldError("/ziel/id", "Diese Kennung gibt es nicht.")])
