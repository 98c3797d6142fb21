"""Move an Akte to another place."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.access import AccessScope, Rank
from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.errors import ForbiddenError
from dms_records.domain.akte import Akte
from dms_records.domain.events import AkteChanged
from dms_records.domain.umzug import Umzug
from dms_records.use_cases.acting import REGISTER, check_reach, found_above, hold_akte
from dms_records.use_cases.filing_by_hand import find_stelle, number_among_siblings
from dms_records.use_cases.filing_place import obtain_zustaendigkeit
from dms_records.use_cases.moving import hold_below, take_along
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes, UnitOfWork
from dms_records.use_cases.queries import AkteRow
from dms_records.use_cases.register_akte import next_aktenzeichen


@dataclass(frozen=True, kw_only=True)
class MoveAkte:
    """Where an Akte goes and why; `ebenen` is the depth below the plan that is allowed."""

    aktenplaneinheit: str
    organisationseinheit: str | None
    uebergeordnet_id: UUID | None
    position: int | None
    grund: str
    ebenen: int


async def move_akte(
    akte_id: UUID,
    command: MoveAkte,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> AkteRow:
    """Give an Akte with all in it another place and number, never silently; old numbers are aliases (domain rules)."""
    scope, tag = await scopes.scope(actor), clock.now().astimezone(BERLIN).date()
    async with unit_of_work() as uow:
        await uow.schriftgut.hold_all()
        akte = await hold_akte(akte_id, uow=uow, scope=scope, right=REGISTER, check_version=check_version)
        below = await hold_below(uow, akte)
        stelle, office_id = await find_stelle(uow, command.aktenplaneinheit, command.organisationseinheit, tag)
        akte.check_movable(stelle.einheit.id, command.uebergeordnet_id, below.objekte)
        parent = await _parent(uow, command, scope)
        if parent is None:
            if not scope.permits_in(REGISTER, office_id, Rank(max(stelle.einheit.rang, akte.rang))):
                raise ForbiddenError
            akte.zustaendigkeit_id = await obtain_zustaendigkeit(uow, stelle, clock)
        sinks = akte.move(stelle.einheit, parent, limit=command.ebenen)
        await number_among_siblings(uow, akte, command.position)
        uow.audit("akte.moved", "akte", akte.id, {"grund": command.grund})
        umzug = Umzug.to(parent or akte, akte, ebenen=sinks, limit=command.ebenen)
        if akte.aktenzeichen is not None:
            if parent is not None and parent.take_up():
                uow.record(AkteChanged(parent, stelle.einheit.schluessel))
            umzug = umzug.numbered(await next_aktenzeichen(uow, parent, stelle, tag))
        await take_along(uow, akte, below, umzug, stelle.einheit.schluessel)
        if parent is not None:
            check_reach(scope, REGISTER, akte)
        await uow.flush()
        row = await uow.queries.written_akte(akte.id)
        await uow.commit(row)
    return row


async def _parent(uow: UnitOfWork, command: MoveAkte, scope: AccessScope) -> Akte | None:
    if command.uebergeordnet_id is None:
        return None
    found = await uow.schriftgut.akte_above(command.uebergeordnet_id, alone=command.position is not None)
    return found_above(found, scope=scope, right=REGISTER, pointer="/uebergeordnet_id")
