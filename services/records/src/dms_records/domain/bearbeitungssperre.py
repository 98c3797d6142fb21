"""The Bearbeitungssperre: the right of one person, for a time, to write the next version of a Dokument."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_records.domain.dokument_errors import (
    BearbeitungssperreEndedError,
    DokumentCheckedOutError,
    DokumentNotCheckedOutError,
)

LONGEST = timedelta(days=7)


@dataclass(eq=False, kw_only=True)
class Bearbeitungssperre:
    """The lease of a check-out; from `bis` on it holds nobody back, without anybody's doing."""

    mandant: str
    dokument_id: UUID
    sub: str
    name: str
    seit: datetime
    bis: datetime

    @classmethod
    def of(cls, actor: Actor, dokument_id: UUID, *, moment: datetime, dauer: timedelta) -> "Bearbeitungssperre":
        """Make the lease of a check-out that begins now."""
        return cls(
            mandant=actor.mandant,
            dokument_id=dokument_id,
            sub=actor.sub,
            name=actor.name,
            seit=moment,
            bis=moment + dauer,
        )

    def is_active(self, moment: datetime) -> bool:
        """Say whether it still holds others back."""
        return moment < self.bis


def check_free(sperre: Bearbeitungssperre | None, moment: datetime, *, sub: str | None = None) -> None:
    """Raise DokumentCheckedOutError while somebody else than `sub` holds the Dokument; without `sub`, anybody."""
    if sperre is not None and sperre.is_active(moment) and sperre.sub != sub:
        holder = {"sub": sperre.sub, "name": sperre.name}
        until = sperre.bis.isoformat().replace("+00:00", "Z")
        raise DokumentCheckedOutError(members={"inhaber": holder, "bis": until})


def check_held(sperre: Bearbeitungssperre | None, moment: datetime, *, sub: str) -> Bearbeitungssperre:
    """Return the lease that `sub` holds; raises one error each for none, another's and one that ended."""
    check_free(sperre, moment, sub=sub)
    if sperre is None or sperre.sub != sub:
        raise DokumentNotCheckedOutError
    if not sperre.is_active(moment):
        raise BearbeitungssperreEndedError
    return sperre
