"""Begin a Vorgang or Teilvorgang by hand."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.access import AccessScope
from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.acting import WRITE, check_reach, found_above
from dms_records.use_cases.filing_by_hand import number_among_siblings
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes, UnitOfWork
from dms_records.use_cases.queries import VorgangRow


@dataclass(frozen=True, kw_only=True)
class CreateVorgang:
    """What a Vorgang is about and where it belongs; `ebenen` is the depth below the plan that is allowed."""

    akte_id: UUID
    betreff: str
    uebergeordnet_id: UUID | None = None
    position: int | None = None
    rang: int | None = None
    ebenen: int


async def create_vorgang(
    command: CreateVorgang, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork, clock: Clock
) -> VorgangRow:
    """
    Create a draft without a number in an Akte, which may be a draft too, or below a Vorgang of that Akte.

    Nothing is begun in what is zdA (life cycle). A Vorgang inherits the protection above it, or is stricter.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        vorgang = await _vorgang(uow, command, scope, clock)
        check_reach(scope, WRITE, vorgang)
        await number_among_siblings(uow, vorgang, command.position)
        uow.schriftgut.add(vorgang)
        uow.audit("vorgang.created", "vorgang", vorgang.id, {"status": vorgang.status})
        await uow.flush()
        row = await uow.queries.written_vorgang(vorgang.id)
        await uow.commit(row)
    return row


async def _vorgang(uow: UnitOfWork, command: CreateVorgang, scope: AccessScope, clock: Clock) -> Vorgang:
    alone, above = command.position is not None, command.uebergeordnet_id
    parent = None
    if above is not None:
        # Below before above: whoever holds both takes them in this order.
        parent = await uow.schriftgut.vorgang_above(above, alone=alone)
    akte = found_above(
        await uow.schriftgut.akte_above(command.akte_id, alone=alone and above is None),
        scope=scope,
        right=WRITE,
        pointer="/akte_id",
    )
    rang = command.rang
    if above is not None:
        parent = found_above(parent, scope=scope, right=WRITE, pointer="/uebergeordnet_id")
        rang = parent.rang if rang is None else rang
    vorgang = Vorgang.draft(akte, betreff=command.betreff, rang=rang, limit=command.ebenen, moment=clock.now())
    if parent is not None:
        vorgang.place_below(parent, limit=command.ebenen)
    return vorgang
