"""Apply the declared organisation, plan and rules of a municipality."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.ids import new_id
from dms_records.domain.events import OrganisationseinheitChanged, ZustaendigkeitChanged
from dms_records.domain.gemeinde import Gemeinde
from dms_records.domain.organisationseinheit import Organisationseinheit
from dms_records.use_cases.apply_aktenplan import apply_ablageregeln, apply_aktenplan
from dms_records.use_cases.changes import take
from dms_records.use_cases.ports import OpenUnitOfWork, UnitOfWork
from dms_records.use_cases.reorganised_gemeinde import as_reorganised


async def apply_gemeinde(gemeinde: Gemeinde, *, unit_of_work: OpenUnitOfWork, clock: Clock) -> int:
    """
    Make organisation, plan and rules what the file declares, as the system; return the number of changes.

    Applying the same file twice changes nothing. Offices and units that it no longer names stay; what was made of an
    office by hand or by a reorganisation it does not undo. Rules that it no longer names are removed.
    """
    today = clock.now().astimezone(BERLIN).date()
    async with unit_of_work() as uow:
        gemeinde = await as_reorganised(gemeinde, uow)
        offices, changes = await _apply_organisation(uow, gemeinde, today)
        units, changed_units = await apply_aktenplan(uow, gemeinde, offices, clock=clock)
        changes += changed_units
        changes += await apply_ablageregeln(uow, gemeinde, units, offices)
        changes += await _apply_zustaendigkeiten(uow, gemeinde, units, offices, today)
        await uow.commit()
    return changes


async def _apply_organisation(uow: UnitOfWork, gemeinde: Gemeinde, today: date) -> tuple[Mapping[str, UUID], int]:
    known = {office.schluessel: office for office in await uow.organisation.all()}
    ids = {row.schluessel: new_id() for row in gemeinde.organisationseinheiten}
    ids |= {schluessel: office.id for schluessel, office in known.items()}
    changed: list[tuple[str, Organisationseinheit]] = []
    for row in gemeinde.organisationseinheiten:
        facts: dict[str, Any] = {
            "name": row.name,
            "uebergeordnet_id": ids[row.uebergeordnet] if row.uebergeordnet else None,
        }
        office = known.get(row.schluessel)
        if office is None:
            office = Organisationseinheit(
                mandant=uow.mandant, id=ids[row.schluessel], schluessel=row.schluessel, gueltig_von=today, **facts
            )
            uow.organisation.add(office)
            changed.append(("organisationseinheit.created", office))
        elif office.stand_von is None and office.gueltig_bis is None and take(office, facts):
            changed.append(("organisationseinheit.changed", office))
    await uow.flush()
    for action, office in changed:
        uow.record(OrganisationseinheitChanged(office))
        uow.audit(action, "organisationseinheit", office.id, {"schluessel": office.schluessel, "name": office.name})
    return ids, len(changed)


async def _apply_zustaendigkeiten(
    uow: UnitOfWork, gemeinde: Gemeinde, units: Mapping[str, UUID], offices: Mapping[str, UUID], today: date
) -> int:
    """Give every unit of the plan its default Zuständigkeit, so that rights are known before the first file is."""
    changes = 0
    for row in gemeinde.aktenplan:
        office = gemeinde.office_of(row.schluessel)
        if office is None:
            continue
        zustaendigkeit, is_new = await uow.organisation.obtain_zustaendigkeit(
            units[row.schluessel], offices[office], today=today
        )
        if is_new:
            changes += 1
            uow.record(ZustaendigkeitChanged(zustaendigkeit))
            uow.audit("zustaendigkeit.created", "zustaendigkeit", zustaendigkeit.id)
    return changes
