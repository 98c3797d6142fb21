"""List the offices."""

from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import OrganisationseinheitFilter, OrganisationseinheitRow, Paging, Rows


async def list_organisationseinheiten(
    filters: OrganisationseinheitFilter, paging: Paging, *, unit_of_work: OpenUnitOfWork
) -> Rows[OrganisationseinheitRow]:
    """Return a page of the offices; the organisation is no secret within its Mandant."""
    async with unit_of_work() as uow:
        return await uow.organisation_queries.organisationseinheiten(filters, paging)
