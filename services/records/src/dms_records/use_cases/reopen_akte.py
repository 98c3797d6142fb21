"""Lift the zdA of an Akte."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_records.domain.events import AkteChanged
from dms_records.domain.schriftgut import check_writable
from dms_records.use_cases.acting import REGISTER, hold_akte
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import AkteRow


async def reopen_akte(
    akte_id: UUID,
    grund: str,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
) -> AkteRow:
    """
    Let an Akte be worked on again; the reason is in the Protokoll alone (life cycle: zdA can be lifted with a reason).

    What lies in it stays zdA until it is reopened itself. A Teilakte of a closed Akte is not reopened.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        akte = await hold_akte(akte_id, uow=uow, scope=scope, right=REGISTER, check_version=check_version)
        akte.reopen()
        if akte.uebergeordnet_id is not None:
            above = await uow.schriftgut.akte_above(akte.uebergeordnet_id)
            assert above is not None
            check_writable(above)
        await uow.flush()
        row = await uow.queries.written_akte(akte.id)
        uow.record(AkteChanged(akte, row.aktenplaneinheit))
        uow.audit("akte.reopened", "akte", akte.id, {"grund": grund})
        await uow.commit(row)
    return row
