"""List what waits in the Posteingang."""

from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import Paging, PosteingangFilter, PosteingangRow, Rows


async def list_posteingang(
    filters: PosteingangFilter, paging: Paging, *, unit_of_work: OpenUnitOfWork
) -> Rows[PosteingangRow]:
    """Return a page of the items that nobody assigned yet; the Poststelle sees them whole, for every office."""
    async with unit_of_work() as uow:
        return await uow.queries.posteingang_list(filters, paging)
