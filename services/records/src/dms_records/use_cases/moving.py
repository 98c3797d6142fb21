"""What moving an Akte and moving a Vorgang share: everything below goes along and says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from dms_records.domain.akte import Akte
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.events import AkteChanged, DokumentChanged, VorgangChanged
from dms_records.domain.schriftgut import ENTWURF
from dms_records.domain.umzug import Umzug
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.ports import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Below:
    """All that lies in what moves, held: the objects, and the Dokumente with their current versions."""

    objekte: Sequence[Akte | Vorgang]
    dokumente: Sequence[tuple[Dokument, Dokumentversion]]

    @property
    def vorgaenge(self) -> Sequence[Vorgang]:
        """Return the Vorgänge and Teilvorgänge among them."""
        return [objekt for objekt in self.objekte if isinstance(objekt, Vorgang)]


async def hold_below(uow: UnitOfWork, moved: Akte | Vorgang) -> Below:
    """Hold all that lies in what moves, before a number is taken."""
    objekte = await uow.schriftgut.below(moved)
    vorgaenge = [objekt for objekt in (moved, *objekte) if isinstance(objekt, Vorgang)]
    return Below(objekte=objekte, dokumente=await uow.schriftgut.dokumente_in(vorgaenge))


async def take_along(uow: UnitOfWork, moved: Akte | Vorgang, below: Below, umzug: Umzug, aktenplaneinheit: str) -> None:
    """
    Carry an Umzug out for an object and all below it; each keeps its old number as an alias (never a silent re-filing).

    `aktenplaneinheit` is the key of the unit that they are under afterwards.
    """
    aliases = []
    for objekt in (moved, *below.objekte, *(dokument for dokument, _ in below.dokumente)):
        old = umzug.take(objekt)
        if isinstance(moved, Vorgang) and not isinstance(objekt, Akte):
            objekt.akte_id = moved.akte_id
        if isinstance(moved, Akte) and isinstance(objekt, Akte):
            objekt.aktenplaneinheit_id = moved.aktenplaneinheit_id
        if old is not None:
            aliases.append((objekt.id, old))
            noun = type(objekt).__name__.lower()
            values = {"aktenzeichen_alt": old, "aktenzeichen": objekt.aktenzeichen}
            uow.audit(f"{noun}.renumbered", noun, objekt.id, values)
        if not isinstance(objekt, Dokument) and objekt.status != ENTWURF:
            uow.record(AkteChanged(objekt, aktenplaneinheit) if isinstance(objekt, Akte) else VorgangChanged(objekt))
    for dokument, inhalt in below.dokumente:
        if dokument.geloescht_am is None:
            uow.record(DokumentChanged(dokument, inhalt))
    await uow.schriftgut.add_geschaeftszeichen(aliases)
