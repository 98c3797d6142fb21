"""Close an office."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.errors import NotFoundError
from dms_records.domain.events import OrganisationseinheitChanged
from dms_records.domain.organisation_errors import OrganisationseinheitOccupiedError
from dms_records.domain.organisationseinheit import check_wirksam_ab
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import OrganisationseinheitRow


@dataclass(frozen=True, kw_only=True)
class CloseOrganisationseinheit:
    """Which office ends, on which day (today by default) and why."""

    id: UUID
    wirksam_ab: date | None
    grund: str


async def close_organisationseinheit(
    command: CloseOrganisationseinheit,
    *,
    check_version: Callable[[int], None],
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> OrganisationseinheitRow:
    """
    End an office that nothing hangs on any more; what it was responsible for is given away by a reorganisation.

    Otherwise its files would have no readers. `check_version` raises when the caller's ETag is not that of the office.
    """
    today = clock.now().astimezone(BERLIN).date()
    wirksam_ab = command.wirksam_ab or today
    async with unit_of_work() as uow:
        await uow.organisation.lock()
        office = await uow.organisation.find(command.id)
        if office is None:
            raise NotFoundError
        check_version(office.version)
        check_wirksam_ab(wirksam_ab, today)
        belegung = await uow.organisation.belegung(office.id)
        if belegung:
            raise OrganisationseinheitOccupiedError.of(office.schluessel, belegung)
        office.close(wirksam_ab)
        await uow.flush()
        uow.record(OrganisationseinheitChanged(office))
        values = {"schluessel": office.schluessel, "wirksam_ab": wirksam_ab.isoformat(), "grund": command.grund}
        uow.audit("organisationseinheit.closed", "organisationseinheit", office.id, values)
        above = await uow.organisation.get(office.uebergeordnet_id) if office.uebergeordnet_id else None
        row = OrganisationseinheitRow.of(office, above.schluessel if above else None)
        await uow.commit(row)
    return row
