"""Register an Akte."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock, year_in_berlin
from dms_records.domain.akte import Akte, teilakte_zeichen
from dms_records.domain.aktenplaneinheit import Aktenplanstelle, resolve_stelle
from dms_records.domain.errors import AblageNotAllowedError, AblageRefusedError
from dms_records.domain.events import AkteChanged, AkteCreated
from dms_records.use_cases.acting import REGISTER, hold_akte
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes, UnitOfWork
from dms_records.use_cases.queries import AkteRow


async def register_akte(
    akte_id: UUID,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> AkteRow:
    """
    Give a draft its Aktenzeichen from the template of its plan unit, and tell everyone that the Akte exists.

    Source: domain rules, two phases. The number is taken last: its row holds up those who register under the same unit.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        akte = await hold_akte(akte_id, uow=uow, scope=scope, right=REGISTER, check_version=check_version)
        above = None
        if akte.uebergeordnet_id is not None:
            above = await uow.schriftgut.akte_above(akte.uebergeordnet_id)
        akte.check_registrable(above)
        stelle = await _stelle(uow, akte, clock)
        if above is not None and above.take_up():
            uow.record(AkteChanged(above, stelle.einheit.schluessel))
        akte.register(await _aktenzeichen(uow, above, stelle, year_in_berlin(clock.now())))
        await uow.flush()
        uow.record(AkteCreated(akte, stelle.einheit.schluessel))
        uow.audit("akte.registered", "akte", akte.id, {"aktenzeichen": akte.aktenzeichen})
        row = await uow.queries.written_akte(akte.id)
        await uow.commit(row)
    return row


async def _stelle(uow: UnitOfWork, akte: Akte, clock: Clock) -> Aktenplanstelle:
    try:
        return resolve_stelle(await uow.aktenplan.path(akte.aktenplaneinheit_id), clock.now().astimezone(BERLIN).date())
    except AblageRefusedError as refusal:
        raise AblageNotAllowedError(refusal.grund) from refusal


async def _aktenzeichen(uow: UnitOfWork, above: Akte | None, stelle: Aktenplanstelle, jahr: int) -> str:
    if above is not None:
        return teilakte_zeichen(above, await uow.schriftgut.next_number(above.id))
    nummer = await uow.schriftgut.next_number(stelle.einheit.id, stelle.vorlage.number_year(jahr))
    return stelle.vorlage.for_akte(plan=stelle.einheit.schluessel, nummer=nummer, jahr=jahr)
