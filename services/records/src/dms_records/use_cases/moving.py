"""What moving an Akte and moving a Vorgang share: everything below goes along and says so."""

from collections.abc import Sequence

from dms_records.domain.akte import Akte
from dms_records.domain.dokument import Dokument
from dms_records.domain.events import AkteChanged, DokumentChanged, VorgangChanged
from dms_records.domain.schriftgut import ENTWURF
from dms_records.domain.umzug import Umzug
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.ports import UnitOfWork


async def take_along(
    uow: UnitOfWork, moved: Akte | Vorgang, below: Sequence[Akte | Vorgang], umzug: Umzug, aktenplaneinheit: str
) -> None:
    """
    Carry an Umzug out for an object and all below it; each keeps its old number as an alias (never a silent re-filing).

    The rows are held already. `aktenplaneinheit` is the key of the unit that they are under afterwards.
    """
    aliases = []
    vorgaenge = [objekt for objekt in (moved, *below) if isinstance(objekt, Vorgang)]
    dokumente = await uow.schriftgut.dokumente_in(vorgaenge)
    for objekt in (moved, *below, *(dokument for dokument, _ in dokumente)):
        old = umzug.take(objekt)
        if isinstance(moved, Vorgang) and not isinstance(objekt, Akte):
            objekt.akte_id = moved.akte_id
        if isinstance(moved, Akte) and isinstance(objekt, Akte):
            objekt.aktenplaneinheit_id = moved.aktenplaneinheit_id
        if old is not None:
            aliases.append((objekt.id, old))
            noun = type(objekt).__name__.lower()
            uow.audit(f"{noun}.renumbered", noun, objekt.id, {"alt": old, "neu": objekt.aktenzeichen})
        if not isinstance(objekt, Dokument) and objekt.status != ENTWURF:
            uow.record(AkteChanged(objekt, aktenplaneinheit) if isinstance(objekt, Akte) else VorgangChanged(objekt))
    for dokument, inhalt in dokumente:
        if dokument.geloescht_am is None:
            uow.record(DokumentChanged(dokument, inhalt))
    await uow.schriftgut.add_geschaeftszeichen(aliases)
