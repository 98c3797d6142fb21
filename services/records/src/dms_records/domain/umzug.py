"""The Umzug: a subtree of Schriftgut gets another place, and numbers of that place; the old ones stay as aliases."""

from dataclasses import dataclass, replace
from uuid import UUID

from dms_records.domain.akte import Akte
from dms_records.domain.dokument import Dokument
from dms_records.domain.errors import SchriftgutTooDeepError
from dms_records.domain.vorgang import Vorgang


@dataclass(frozen=True, kw_only=True)
class Umzug:
    """
    What changes for all that lies in what moves: the beginning of the number, office, protection and level.

    `von` and `nach` are numbers of the moved object, None when it is a draft; `ebenen` is by how many levels it sinks.
    """

    von: str | None
    nach: str | None
    zustaendigkeit_id: UUID
    rang: int
    abgeschirmt: bool
    ebenen: int
    limit: int

    @classmethod
    def to(cls, place: Akte | Vorgang, moved: Akte | Vorgang, *, ebenen: int, limit: int) -> "Umzug":
        """Return the Umzug of an object to a place whose office and protection it follows, without a number yet."""
        return cls(
            von=moved.aktenzeichen,
            nach=None,
            zustaendigkeit_id=place.zustaendigkeit_id,
            rang=max(place.rang, moved.rang),
            abgeschirmt=place.abgeschirmt,
            ebenen=ebenen,
            limit=limit,
        )

    def numbered(self, nach: str) -> "Umzug":
        """Return the Umzug with the number of the new place."""
        return replace(self, nach=nach)

    def take(self, objekt: Akte | Vorgang | Dokument) -> str | None:
        """Take an object along; return the number that it had until now, None when it keeps or lacks one."""
        objekt.zustaendigkeit_id = self.zustaendigkeit_id
        # Children may be stricter than what they lie in, never laxer.
        objekt.rang = max(objekt.rang, self.rang)
        objekt.abgeschirmt = objekt.abgeschirmt or self.abgeschirmt
        if not isinstance(objekt, Dokument):
            objekt.ebene += self.ebenen
            if objekt.ebene > self.limit:
                raise SchriftgutTooDeepError(f"Unterhalb des Aktenplans sind höchstens {self.limit} Ebenen möglich.")
        old = objekt.aktenzeichen
        if old is None or self.von is None or self.nach is None:
            return None
        objekt.aktenzeichen = self.nach + old.removeprefix(self.von)
        if not isinstance(objekt, Dokument):
            objekt.alte_geschaeftszeichen = [*objekt.alte_geschaeftszeichen, old]
        return old
