"""Remove a Verweis."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.domain.schriftgut import check_writable
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes
from dms_records.use_cases.verweis_acts import audit_verweis, hold_quelle


async def remove_verweis(
    verweis_id: UUID, *, actor: Actor, check_version: CheckVersion, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> None:
    """
    Delete a Verweis: the actor may change what refers, and sees both ends (else there is no such Verweis for him).

    Refused when what refers is zdA (life cycle).
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        seen = await uow.verweise.visible(scope, verweis_id)
        if seen is None:
            raise NotFoundError
        holder = await hold_quelle(seen.quelle, uow=uow, scope=scope)
        verweis = await uow.verweise.hold(verweis_id)
        if verweis is None:
            raise NotFoundError
        check_version(verweis.version)
        check_writable(holder)
        await uow.verweise.remove(verweis)
        audit_verweis(uow, "removed", verweis)
        await uow.commit()
