"""Read one office, and what it was before."""

from uuid import UUID

from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import (
    OrganisationseinheitHistorieRow,
    OrganisationseinheitRow,
    Paging,
    Rows,
)


async def get_organisationseinheit(
    organisationseinheit_id: UUID, *, unit_of_work: OpenUnitOfWork
) -> OrganisationseinheitRow:
    """Return an office, open or closed."""
    async with unit_of_work() as uow:
        office = await uow.organisation_queries.organisationseinheit(organisationseinheit_id)
    if office is None:
        raise NotFoundError
    return office


async def list_organisationseinheit_historie(
    organisationseinheit_id: UUID, paging: Paging, *, unit_of_work: OpenUnitOfWork
) -> Rows[OrganisationseinheitHistorieRow]:
    """Return a page of how the office was called and where it stood, from when until when."""
    async with unit_of_work() as uow:
        if await uow.organisation_queries.organisationseinheit(organisationseinheit_id) is None:
            raise NotFoundError
        return await uow.organisation_queries.organisationseinheit_historie(organisationseinheit_id, paging)
