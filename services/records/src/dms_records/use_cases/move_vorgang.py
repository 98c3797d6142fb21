"""Move a Vorgang to another place."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.access import AccessScope
from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_records.domain.akte import Akte
from dms_records.domain.events import AkteChanged
from dms_records.domain.umzug import Umzug
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.acting import REGISTER, check_reach, found_above, hold_vorgang
from dms_records.use_cases.filing_by_hand import number_among_siblings
from dms_records.use_cases.moving import hold_below, take_along
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes, UnitOfWork
from dms_records.use_cases.queries import VorgangRow
from dms_records.use_cases.register_vorgang import next_aktenzeichen


@dataclass(frozen=True, kw_only=True)
class MoveVorgang:
    """Where a Vorgang goes and why; `ebenen` is the depth below the plan that is allowed."""

    akte_id: UUID
    uebergeordnet_id: UUID | None
    position: int | None
    grund: str
    ebenen: int


async def move_vorgang(
    vorgang_id: UUID,
    command: MoveVorgang,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> VorgangRow:
    """
    Give a Vorgang, with all below it, another place and the next number there; old numbers stay as aliases.

    The reason is in the Protokoll. Office and protection follow the new place, never to less confidentiality.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        await uow.schriftgut.hold_all()
        vorgang = await hold_vorgang(vorgang_id, uow=uow, scope=scope, right=REGISTER, check_version=check_version)
        below = await hold_below(uow, vorgang)
        vorgang.check_movable(command.akte_id, command.uebergeordnet_id, below.vorgaenge)
        akte, parent = await _place(uow, command, scope)
        sinks = vorgang.move(akte, parent, limit=command.ebenen)
        await number_among_siblings(uow, vorgang, command.position)
        uow.audit("vorgang.moved", "vorgang", vorgang.id, {"grund": command.grund})
        umzug = Umzug.to(parent or akte, vorgang, ebenen=sinks, limit=command.ebenen)
        plan = (await uow.aktenplan.path(akte.aktenplaneinheit_id))[0].schluessel
        if vorgang.aktenzeichen is not None:
            if akte.take_up():
                uow.record(AkteChanged(akte, plan))
            umzug = umzug.numbered(await next_aktenzeichen(uow, parent, akte, clock.now().astimezone(BERLIN).date()))
        await take_along(uow, vorgang, below, umzug, plan)
        check_reach(scope, REGISTER, vorgang)
        await uow.flush()
        row = await uow.queries.written_vorgang(vorgang.id)
        await uow.commit(row)
    return row


async def _place(uow: UnitOfWork, command: MoveVorgang, scope: AccessScope) -> tuple[Akte, Vorgang | None]:
    parent, alone = None, command.position is not None
    if command.uebergeordnet_id is not None:
        found = await uow.schriftgut.vorgang_above(command.uebergeordnet_id, alone=alone)
        parent = found_above(found, scope=scope, right=REGISTER, pointer="/uebergeordnet_id")
    akte = await uow.schriftgut.akte_above(command.akte_id, alone=alone and parent is None)
    return found_above(akte, scope=scope, right=REGISTER, pointer="/akte_id"), parent
