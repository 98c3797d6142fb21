"""Add a Beteiligter to an Akte or a Vorgang."""

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_records.domain.beteiligter import Beteiligter, BeteiligterAngaben
from dms_records.domain.schriftgut import SchriftgutBezug, check_writable
from dms_records.use_cases.beteiligter_acts import audit_beteiligter, hold_object
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import BeteiligterRow


async def add_beteiligter(
    bezug: SchriftgutBezug,
    angaben: BeteiligterAngaben,
    *,
    actor: Actor,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> BeteiligterRow:
    """Note that somebody takes part in a matter, and as what (xdomea: Beteiligung). Refused when zdA (life cycle)."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        objekt = await hold_object(bezug, uow=uow, scope=scope)
        check_writable(objekt)
        beteiligter = Beteiligter.of(objekt, angaben, moment=clock.now())
        uow.beteiligte.add(beteiligter)
        audit_beteiligter(uow, "added", beteiligter, {"beteiligter": str(beteiligter.id), "rolle": beteiligter.rolle})
        await uow.flush()
        row = BeteiligterRow.of(beteiligter)
        await uow.commit(row)
    return row
