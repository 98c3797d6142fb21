"""Change what an Akte says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_records.domain.events import AkteChanged
from dms_records.domain.schriftgut import ENTWURF, check_writable
from dms_records.use_cases.acting import WRITE, hold_akte
from dms_records.use_cases.aliasing import set_fremde_geschaeftszeichen
from dms_records.use_cases.filing_by_hand import number_among_siblings
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes
from dms_records.use_cases.protecting import set_rang
from dms_records.use_cases.queries import AkteRow


@dataclass(frozen=True, kw_only=True)
class UpdateAkte:
    """The new title, and a new position when `renumbers`; what is None stays."""

    titel: str | None = None
    renumbers: bool = False
    position: int | None = None
    fremde_geschaeftszeichen: Sequence[str] | None = None
    rang: int | None = None


async def update_akte(
    akte_id: UUID,
    command: UpdateAkte,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
) -> AkteRow:
    """
    Change title, position or Vertraulichkeit; the rest has acts of its own. Refused when zdA (life cycle).

    The Protokoll has an entry for each field, with old and new (xdomea's HistorienProtokollInformation).
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        if command.rang is not None:
            await uow.schriftgut.hold_all()
        akte = await hold_akte(akte_id, uow=uow, scope=scope, right=WRITE, check_version=check_version)
        check_writable(akte)
        before = akte.titel, akte.position
        changed = await set_fremde_geschaeftszeichen(uow, akte, command.fremde_geschaeftszeichen)
        changed |= await set_rang(uow, akte, command.rang, scope=scope)
        if command.titel is not None and command.titel != akte.titel:
            akte.rename(command.titel)
            uow.audit("akte.changed", "akte", akte.id, {"titel_alt": before[0], "titel": akte.titel})
        if command.renumbers and command.position != akte.position:
            if akte.uebergeordnet_id is not None:
                await uow.schriftgut.akte_above(akte.uebergeordnet_id, alone=True)
            await number_among_siblings(uow, akte, command.position)
            uow.audit("akte.changed", "akte", akte.id, {"position_alt": before[1], "position": akte.position})
        await uow.flush()
        row = await uow.queries.written_akte(akte.id)
        changed = changed or (akte.titel, akte.position) != before
        if changed and akte.status != ENTWURF:
            uow.record(AkteChanged(akte, row.aktenplaneinheit))
        await uow.commit(row)
    return row
