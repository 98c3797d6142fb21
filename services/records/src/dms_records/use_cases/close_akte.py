"""Set an Akte zdA."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_records.domain.errors import SchriftgutOpenError
from dms_records.domain.events import AkteChanged
from dms_records.use_cases.acting import REGISTER, hold_akte
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import AkteRow


async def close_akte(
    akte_id: UUID,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> AkteRow:
    """
    Close an Akte with today's date; not while a Teilakte or Vorgang in it is not zdA (life cycle).

    From then on writes are refused, and the retention clock starts.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        akte = await hold_akte(akte_id, uow=uow, scope=scope, right=REGISTER, check_version=check_version)
        akte.check_closable()
        if anzahl := await uow.schriftgut.open_below(akte):
            raise SchriftgutOpenError(f"In der Akte sind noch {anzahl} Teilakten oder Vorgänge nicht zdA.")
        akte.close(clock.now().astimezone(BERLIN).date())
        await uow.flush()
        row = await uow.queries.written_akte(akte.id)
        uow.record(AkteChanged(akte, row.aktenplaneinheit))
        uow.audit("akte.closed", "akte", akte.id, {"zda_am": str(akte.zda_am)})
        await uow.commit(row)
    return row
