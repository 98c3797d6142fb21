"""Begin an Akte or Teilakte by hand."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.access import AccessScope, Rank
from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.errors import ForbiddenError
from dms_records.domain.akte import Akte
from dms_records.domain.aktenplaneinheit import Aktenplanstelle
from dms_records.use_cases.acting import REGISTER, check_reach, found_above
from dms_records.use_cases.filing_by_hand import find_stelle, number_among_siblings
from dms_records.use_cases.filing_place import obtain_zustaendigkeit
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes, UnitOfWork
from dms_records.use_cases.queries import AkteRow


@dataclass(frozen=True, kw_only=True)
class CreateAkte:
    """
    What an Akte is about and where it belongs; `rang` and `organisationseinheit` are the place's own if None.

    `ebenen` is the depth below the plan that is allowed.
    """

    titel: str
    aktenplaneinheit: str
    organisationseinheit: str | None = None
    uebergeordnet_id: UUID | None = None
    position: int | None = None
    rang: int | None = None
    ebenen: int


async def create_akte(
    command: CreateAkte, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork, clock: Clock
) -> AkteRow:
    """
    Create a draft without a number (two phases: registering is an act of its own).

    A draft is seen by those who may read it here, and published to nobody. A Teilakte has the office of its Akte.
    """
    scope = await scopes.scope(actor)
    today = clock.now().astimezone(BERLIN).date()
    async with unit_of_work() as uow:
        stelle, office_id = await find_stelle(uow, command.aktenplaneinheit, command.organisationseinheit, today)
        if command.uebergeordnet_id is not None:
            akte = await _below(uow, stelle, command, scope, clock)
        else:
            if not scope.permits_in(REGISTER, office_id, Rank(max(stelle.einheit.rang, command.rang or 0))):
                raise ForbiddenError
            zustaendigkeit_id = await obtain_zustaendigkeit(uow, stelle, clock)
            akte = Akte.draft(stelle, zustaendigkeit_id, titel=command.titel, rang=command.rang, moment=clock.now())
        await number_among_siblings(uow, akte, command.position)
        uow.schriftgut.add(akte)
        uow.audit("akte.created", "akte", akte.id, {"status": akte.status})
        await uow.flush()
        row = await uow.queries.written_akte(akte.id)
        await uow.commit(row)
    return row


async def _below(
    uow: UnitOfWork, stelle: Aktenplanstelle, command: CreateAkte, scope: AccessScope, clock: Clock
) -> Akte:
    assert command.uebergeordnet_id is not None
    parent = found_above(
        await uow.schriftgut.akte_above(command.uebergeordnet_id, alone=command.position is not None),
        scope=scope,
        right=REGISTER,
        pointer="/uebergeordnet_id",
    )
    rang = max(parent.rang, stelle.einheit.rang) if command.rang is None else command.rang
    akte = Akte.draft(stelle, parent.zustaendigkeit_id, titel=command.titel, rang=rang, moment=clock.now())
    akte.place_below(parent, limit=command.ebenen)
    check_reach(scope, REGISTER, akte)
    return akte
