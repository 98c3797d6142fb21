"""List the offices."""

from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import OrganisationseinheitRow, Paging, Rows


async def list_organisationseinheiten(paging: Paging, *, unit_of_work: OpenUnitOfWork) -> Rows[OrganisationseinheitRow]:
    """Return a page of the offices; the organisation is no secret within its Mandant."""
    async with unit_of_work() as uow:
        return await uow.queries.organisationseinheiten(paging)
