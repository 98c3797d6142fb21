"""Remove a Beteiligter."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_records.domain.schriftgut import check_writable
from dms_records.use_cases.beteiligter_acts import audit_beteiligter, hold_beteiligter
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes


async def remove_beteiligter(
    beteiligter_id: UUID, *, actor: Actor, check_version: CheckVersion, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> None:
    """
    Delete a Beteiligter with all that is said of it; refused when its object is zdA (life cycle).

    Nothing of it stays (Art. 17 DSGVO): the Protokoll says that there was one, in which role, never who.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        beteiligter, objekt = await hold_beteiligter(beteiligter_id, uow=uow, scope=scope, check_version=check_version)
        check_writable(objekt)
        await uow.beteiligte.remove(beteiligter)
        said = {"beteiligter_alt": str(beteiligter.id), "rolle_alt": beteiligter.rolle}
        audit_beteiligter(uow, "removed", beteiligter, said)
        await uow.commit()
