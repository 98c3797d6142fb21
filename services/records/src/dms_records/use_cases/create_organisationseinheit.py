"""Create an office."""

from dataclasses import dataclass
from datetime import date

from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.ids import new_id
from dms_records.domain.events import OrganisationseinheitChanged
from dms_records.domain.organisation_errors import (
    OrganisationseinheitClosedError,
    OrganisationseinheitExistsError,
    OrganisationseinheitUnknownError,
)
from dms_records.domain.organisationseinheit import Organisationseinheit
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import OrganisationseinheitRow


@dataclass(frozen=True, kw_only=True)
class CreateOrganisationseinheit:
    """The facts of a new office; `uebergeordnet` is the key of the one above, `gueltig_von` today by default."""

    schluessel: str
    name: str
    uebergeordnet: str | None
    gueltig_von: date | None


async def create_organisationseinheit(
    command: CreateOrganisationseinheit, *, unit_of_work: OpenUnitOfWork, clock: Clock
) -> OrganisationseinheitRow:
    """
    Create an office below another one that exists then; the role `aktenplan` alone may (rights model).

    Keys are taken for ever: people's memberships and old Protokoll entries name them.
    """
    gueltig_von = command.gueltig_von or clock.now().astimezone(BERLIN).date()
    async with unit_of_work() as uow:
        await uow.organisation.lock()
        if await uow.organisation.by_schluessel(command.schluessel) is not None:
            raise OrganisationseinheitExistsError.of(command.schluessel)
        above = None
        if command.uebergeordnet is not None:
            above = await uow.organisation.by_schluessel(command.uebergeordnet)
            if above is None:
                raise OrganisationseinheitUnknownError.of(command.uebergeordnet)
            if not above.is_valid(gueltig_von):
                raise OrganisationseinheitClosedError.of(above.schluessel)
        office = Organisationseinheit(
            mandant=uow.mandant,
            id=new_id(),
            schluessel=command.schluessel,
            name=command.name,
            uebergeordnet_id=above.id if above else None,
            gueltig_von=gueltig_von,
        )
        uow.organisation.add(office)
        uow.record(OrganisationseinheitChanged(office))
        values = {"schluessel": office.schluessel, "name": office.name, "gueltig_von": gueltig_von.isoformat()}
        uow.audit("organisationseinheit.created", "organisationseinheit", office.id, values)
        row = OrganisationseinheitRow.of(office, command.uebergeordnet)
        await uow.commit(row)
    return row
