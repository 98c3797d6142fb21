"""List what was done to one object."""

from dataclasses import replace

from dms_kit.core.access import AccessScope
from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes, UnitOfWork
from dms_records.use_cases.queries.protokoll import ProtokollFrage, ProtokollObjekt, ProtokollRows

PROTOKOLL = "protokoll:read"


async def list_protokoll(
    objekt: ProtokollObjekt, frage: ProtokollFrage, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> ProtokollRows:
    """
    Return a page of the Protokoll of an Akte, a Vorgang or a Dokument.

    `revision` reads it whole, whatever the object (rights model). Who may read the object sees the acts that changed
    it; who read it is for `revision` alone: it would tell of colleagues how they work (Art. 5 DSGVO, purpose). The
    first page of each reading is written down itself.
    """
    scope = await scopes.scope(actor)
    reads_all = PROTOKOLL in scope.global_rights
    async with unit_of_work() as uow:
        if not (await uow.protokoll_queries.knows(objekt) if reads_all else await _is_visible(uow, scope, objekt)):
            raise NotFoundError
        rows = await uow.protokoll_queries.protokoll(objekt, replace(frage, lesen=reads_all))
        if frage.after is None:
            uow.audit(f"{objekt.art}.protokoll_read", objekt.art, objekt.id)
            await uow.commit()
    return rows


async def _is_visible(uow: UnitOfWork, scope: AccessScope, objekt: ProtokollObjekt) -> bool:
    read = {"akte": uow.queries.akte, "vorgang": uow.queries.vorgang, "dokument": uow.queries.dokument}
    return await read[objekt.art](scope, objekt.id) is not None
