"""Register an Akte."""

from datetime import date
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_records.domain.akte import Akte, teilakte_zeichen
from dms_records.domain.aktenplaneinheit import Aktenplanstelle, resolve_stelle
from dms_records.domain.events import AkteChanged, AkteCreated
from dms_records.use_cases.acting import REGISTER, hold_akte
from dms_records.use_cases.give_aktenzeichen import give_aktenzeichen
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
    # Before the transaction: reading it takes a connection, and whoever holds one must not wait for another.
    directory = await scopes.directory(actor.mandant)
    async with unit_of_work() as uow:
        akte = await hold_akte(akte_id, uow=uow, scope=scope, right=REGISTER, check_version=check_version)
        above = None
        if akte.uebergeordnet_id is not None:
            above = await uow.schriftgut.akte_above(akte.uebergeordnet_id)
        akte.check_registrable(above)
        tag = clock.now().astimezone(BERLIN).date()
        office_id = directory.unit_of(akte.zustaendigkeit_id)
        path = await uow.aktenplan.path(akte.aktenplaneinheit_id, hold=True)
        stelle = resolve_stelle(path, tag, organisationseinheit_id=office_id)
        if above is not None and above.take_up():
            uow.record(AkteChanged(above, stelle.einheit.schluessel))
        akte.register(await next_aktenzeichen(uow, above, stelle, tag))
        await uow.flush()
        uow.record(AkteCreated(akte, stelle.einheit.schluessel))
        uow.audit("akte.registered", "akte", akte.id, {"aktenzeichen": akte.aktenzeichen})
        row = await uow.queries.written_akte(akte.id)
        await uow.commit(row)
    return row


async def next_aktenzeichen(uow: UnitOfWork, above: Akte | None, stelle: Aktenplanstelle, tag: date) -> str:
    """Return the next number of an Akte under a plan unit, or of a Teilakte; taken last, its row is held to the end."""
    if above is not None:
        return teilakte_zeichen(above, await uow.schriftgut.next_number(above.id))
    return await give_aktenzeichen(uow, stelle, tag=tag)
