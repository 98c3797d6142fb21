"""Read what reorganisations there were."""

from uuid import UUID

from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import Paging, ReorganisationRow, Rows


async def list_reorganisationen(paging: Paging, *, unit_of_work: OpenUnitOfWork) -> Rows[ReorganisationRow]:
    """Return a page of the reorganisations; they hold keys and numbers, nothing of any file."""
    async with unit_of_work() as uow:
        return await uow.organisation_queries.reorganisationen(paging)


async def get_reorganisation(reorganisation_id: UUID, *, unit_of_work: OpenUnitOfWork) -> ReorganisationRow:
    """Return one reorganisation with everything that it touched."""
    async with unit_of_work() as uow:
        row = await uow.organisation_queries.reorganisation(reorganisation_id)
    if row is None:
        raise NotFoundError
    return row
