"""Rename an office, or put it below another one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.errors import NotFoundError
from dms_records.domain.events import OrganisationseinheitChanged
from dms_records.domain.organisation_errors import OrganisationseinheitClosedError, OrganisationseinheitUnknownError
from dms_records.domain.organisationseinheit import Organisationseinheit, check_place, check_wirksam_ab
from dms_records.use_cases.ports import OpenUnitOfWork, UnitOfWork
from dms_records.use_cases.queries import OrganisationseinheitRow


@dataclass(frozen=True, kw_only=True)
class ChangeOrganisationseinheit:
    """What an office becomes, from `wirksam_ab` on (today by default); `fields` says which of the two are meant."""

    id: UUID
    name: str
    uebergeordnet: str | None
    wirksam_ab: date | None
    fields: frozenset[str]


async def change_organisationseinheit(
    command: ChangeOrganisationseinheit,
    *,
    check_version: Callable[[int], None],
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> OrganisationseinheitRow:
    """
    Change name and place of an office and keep what it was, dated; rights follow the place (rights model).

    `check_version` raises when the caller's ETag is not that of the office.
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
        above = await _above(uow, office, command, wirksam_ab)
        ended = office.change(
            name=command.name if "name" in command.fields else office.name,
            uebergeordnet_id=above.id if above else None,
            tag=wirksam_ab,
        )
        if ended is not None:
            uow.organisation.add(ended)
            await uow.flush()
            uow.record(OrganisationseinheitChanged(office))
            values = {"name_alt": ended.name, "name": office.name, "wirksam_ab": wirksam_ab.isoformat()}
            uow.audit("organisationseinheit.changed", "organisationseinheit", office.id, values)
        row = OrganisationseinheitRow.of(office, above.schluessel if above else None)
        await uow.commit(row)
    return row


async def _above(
    uow: UnitOfWork, office: Organisationseinheit, command: ChangeOrganisationseinheit, tag: date
) -> Organisationseinheit | None:
    offices = {row.id: row for row in await uow.organisation.all()}
    if "uebergeordnet" not in command.fields:
        return offices[office.uebergeordnet_id] if office.uebergeordnet_id else None
    if command.uebergeordnet is None:
        return None
    above = next((row for row in offices.values() if row.schluessel == command.uebergeordnet), None)
    if above is None:
        raise OrganisationseinheitUnknownError.of(command.uebergeordnet)
    if not above.is_valid(tag):
        raise OrganisationseinheitClosedError.of(above.schluessel)
    check_place(office, above.id, offices.values())
    return above
