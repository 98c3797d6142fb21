"""Delete the draft of an Akte."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_records.domain.errors import AkteNotEmptyError
from dms_records.use_cases.acting import REGISTER, hold_akte
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes


async def delete_akte(
    akte_id: UUID, *, actor: Actor, check_version: CheckVersion, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> None:
    """
    Forget an Akte that never got a number and in which nothing lies; nobody but records knew of it.

    Source: domain rules; what is registered is never deleted outside Aussonderung. The Protokoll keeps what was done.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        akte = await hold_akte(akte_id, uow=uow, scope=scope, right=REGISTER, check_version=check_version)
        akte.check_deletable()
        if anzahl := await uow.schriftgut.open_below(akte):
            raise AkteNotEmptyError(f"In der Akte liegen noch {anzahl} Teilakten oder Vorgänge.")
        await uow.schriftgut.delete_akte(akte)
        uow.audit("akte.deleted", "akte", akte.id, {"status": akte.status})
        await uow.commit()
