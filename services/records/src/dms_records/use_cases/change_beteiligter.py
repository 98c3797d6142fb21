"""Change what is said of a Beteiligter."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_records.domain.beteiligter import BeteiligterAngaben
from dms_records.domain.schriftgut import check_writable
from dms_records.use_cases.beteiligter_acts import audit_beteiligter, hold_beteiligter
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import BeteiligterRow


async def change_beteiligter(
    beteiligter_id: UUID,
    angaben: BeteiligterAngaben,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
) -> BeteiligterRow:
    """
    Replace what is said of a Beteiligter; refused when its object is zdA (life cycle).

    The Protokoll names the fields that changed, values only of the role.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        beteiligter, objekt = await hold_beteiligter(beteiligter_id, uow=uow, scope=scope, check_version=check_version)
        check_writable(objekt)
        before = beteiligter.change(angaben)
        if before:
            said: dict[str, str | None] = {"beteiligter": str(beteiligter.id), **dict.fromkeys(before)}
            if "rolle" in before:
                said |= {"rolle": beteiligter.rolle, "rolle_alt": before["rolle"]}
            audit_beteiligter(uow, "changed", beteiligter, said)
        await uow.flush()
        row = BeteiligterRow.of(beteiligter)
        await uow.commit(row)
    return row
