"""Set a Vorgang zdA."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_records.domain.errors import SchriftgutOpenError
from dms_records.domain.events import VorgangChanged
from dms_records.use_cases.acting import REGISTER, hold_vorgang
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import VorgangRow


async def close_vorgang(
    vorgang_id: UUID,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> VorgangRow:
    """
    Close a Vorgang with today's date; not with open Aufgaben or Teilvorgänge (life cycle).

    From then on writes are refused, and the retention clock starts.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        vorgang = await hold_vorgang(vorgang_id, uow=uow, scope=scope, right=REGISTER, check_version=check_version)
        vorgang.check_closable(await uow.schriftgut.aufgaben(vorgang.id))
        if anzahl := await uow.schriftgut.open_below(vorgang):
            raise SchriftgutOpenError(f"In dem Vorgang sind noch {anzahl} Teilvorgänge nicht zdA.")
        vorgang.close(clock.now().astimezone(BERLIN).date())
        await uow.flush()
        row = await uow.queries.written_vorgang(vorgang.id)
        uow.record(VorgangChanged(vorgang))
        uow.audit("vorgang.closed", "vorgang", vorgang.id, {"zda_am": str(vorgang.zda_am)})
        await uow.commit(row)
    return row
