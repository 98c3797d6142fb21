"""What changing the Vertraulichkeit of an Akte and of a Vorgang share: what lies below is never laxer, and says so."""

from dms_kit.core.access import AccessScope, Rank
from dms_kit.core.errors import ForbiddenError
from dms_records.domain.akte import Akte
from dms_records.domain.dokument import Dokument
from dms_records.domain.events import AkteChanged, DokumentChanged, VorgangChanged
from dms_records.domain.schriftgut import ENTWURF, protect
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.acting import WRITE, is_in_reach
from dms_records.use_cases.moving import hold_below
from dms_records.use_cases.ports import UnitOfWork


async def set_rang(uow: UnitOfWork, objekt: Akte | Vorgang, rang: int | None, *, scope: AccessScope) -> bool:
    """
    Give an object that is held another Vertraulichkeit, or None to leave it; say whether that changed it.

    Raised within the actor's own reach, it raises what lies below with it; lowered, it leaves what lies below as it is:
    nobody decided on that (rights model: children may be stricter, never laxer). `hold_all` comes first.
    """
    if rang is None or rang == objekt.rang:
        return False
    raises = rang > objekt.rang
    _note(uow, objekt, rang)
    protect(objekt, rang, above_rang=await _rang_above(uow, objekt))
    if not is_in_reach(scope, WRITE, objekt):
        raise ForbiddenError
    if raises:
        await _raise_below(uow, objekt)
    return True


async def _rang_above(uow: UnitOfWork, objekt: Akte | Vorgang) -> int:
    above: Akte | Vorgang | None
    if isinstance(objekt, Vorgang) and objekt.uebergeordnet_id is not None:
        above = await uow.schriftgut.vorgang_above(objekt.uebergeordnet_id)
    elif isinstance(objekt, Vorgang):
        above = await uow.schriftgut.akte_above(objekt.akte_id)
    elif objekt.uebergeordnet_id is not None:
        above = await uow.schriftgut.akte_above(objekt.uebergeordnet_id)
    else:
        return (await uow.aktenplan.path(objekt.aktenplaneinheit_id))[0].rang
    assert above is not None
    return above.rang


async def _raise_below(uow: UnitOfWork, above: Akte | Vorgang) -> None:
    below = await hold_below(uow, above)
    anlass, schluessel = f"{type(above).__name__} {above.id}", ""
    if isinstance(above, Akte):
        # A Teilakte lies under the unit of its Akte.
        schluessel = (await uow.aktenplan.path(above.aktenplaneinheit_id))[0].schluessel
    for objekt in below.objekte:
        if objekt.rang >= above.rang:
            continue
        _note(uow, objekt, above.rang, anlass=anlass)
        objekt.rang = above.rang
        if objekt.status == ENTWURF:
            continue
        uow.record(AkteChanged(objekt, schluessel) if isinstance(objekt, Akte) else VorgangChanged(objekt))
    for dokument, inhalt in below.dokumente:
        if dokument.rang >= above.rang:
            continue
        _note(uow, dokument, above.rang, anlass=anlass)
        dokument.rang = above.rang
        if dokument.geloescht_am is None:
            uow.record(DokumentChanged(dokument, inhalt))


def _note(uow: UnitOfWork, objekt: Akte | Vorgang | Dokument, rang: int, **remark: str) -> None:
    noun = type(objekt).__name__.lower()
    values = {"vertraulichkeit_alt": Rank(objekt.rang).name.lower(), "vertraulichkeit": Rank(rang).name.lower()}
    uow.audit(f"{noun}.changed", noun, objekt.id, {**values, **remark})
