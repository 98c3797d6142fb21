"""Change what a Vorgang says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_records.domain.events import VorgangChanged
from dms_records.domain.schriftgut import ENTWURF, check_writable
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.acting import WRITE, hold_vorgang
from dms_records.use_cases.aliasing import set_fremde_geschaeftszeichen
from dms_records.use_cases.filing_by_hand import number_among_siblings
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes, UnitOfWork
from dms_records.use_cases.protecting import set_rang
from dms_records.use_cases.queries import VorgangRow


@dataclass(frozen=True, kw_only=True)
class UpdateVorgang:
    """The new Betreff, and a new position when `renumbers`; what is None stays."""

    betreff: str | None = None
    renumbers: bool = False
    position: int | None = None
    fremde_geschaeftszeichen: Sequence[str] | None = None
    rang: int | None = None


async def update_vorgang(
    vorgang_id: UUID,
    command: UpdateVorgang,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
) -> VorgangRow:
    """
    Change Betreff, position or Vertraulichkeit; the rest has acts of its own. Refused when zdA (life cycle).

    The Protokoll has an entry for each field, with old and new (xdomea's HistorienProtokollInformation).
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        if command.rang is not None:
            await uow.schriftgut.hold_all()
        vorgang = await hold_vorgang(vorgang_id, uow=uow, scope=scope, right=WRITE, check_version=check_version)
        check_writable(vorgang)
        before = vorgang.betreff, vorgang.position
        changed = await set_fremde_geschaeftszeichen(uow, vorgang, command.fremde_geschaeftszeichen)
        changed |= await set_rang(uow, vorgang, command.rang, scope=scope)
        if command.betreff is not None and command.betreff != vorgang.betreff:
            vorgang.rename(command.betreff)
            values = {"betreff_alt": before[0], "betreff": vorgang.betreff}
            uow.audit("vorgang.changed", "vorgang", vorgang.id, values)
        if command.renumbers and command.position != vorgang.position:
            await _renumber(uow, vorgang, command.position)
        await uow.flush()
        row = await uow.queries.written_vorgang(vorgang.id)
        changed = changed or (vorgang.betreff, vorgang.position) != before
        if changed and vorgang.status != ENTWURF:
            uow.record(VorgangChanged(vorgang))
        await uow.commit(row)
    return row


async def _renumber(uow: UnitOfWork, vorgang: Vorgang, position: int | None) -> None:
    if vorgang.uebergeordnet_id is not None:
        await uow.schriftgut.vorgang_above(vorgang.uebergeordnet_id, alone=True)
    else:
        await uow.schriftgut.akte_above(vorgang.akte_id, alone=True)
    values = {"position_alt": vorgang.position, "position": position}
    await number_among_siblings(uow, vorgang, position)
    uow.audit("vorgang.changed", "vorgang", vorgang.id, values)
