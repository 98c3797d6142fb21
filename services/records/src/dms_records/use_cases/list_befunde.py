"""List the Befunde of a Mandant."""

from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import BefundFilter, BefundRow, Paging, Rows


async def list_befunde(filters: BefundFilter, paging: Paging, *, unit_of_work: OpenUnitOfWork) -> Rows[BefundRow]:
    """Return what is infected or could not be scanned, for `betrieb`: no content, no titles (rights model)."""
    async with unit_of_work() as uow:
        return await uow.queries.befunde(filters, paging)
