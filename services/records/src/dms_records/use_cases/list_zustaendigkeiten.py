"""List who is responsible for what, and who was."""

from uuid import UUID

from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import (
    Paging,
    Rows,
    ZustaendigkeitFilter,
    ZustaendigkeitHistorieRow,
    ZustaendigkeitRow,
)


async def list_zustaendigkeiten(
    filters: ZustaendigkeitFilter, paging: Paging, *, unit_of_work: OpenUnitOfWork
) -> Rows[ZustaendigkeitRow]:
    """Return a page of the Zuständigkeiten (rights model: a small dated table of plan unit and office)."""
    async with unit_of_work() as uow:
        return await uow.organisation_queries.zustaendigkeiten(filters, paging)


async def list_zustaendigkeit_historie(
    zustaendigkeit_id: UUID, paging: Paging, *, unit_of_work: OpenUnitOfWork
) -> Rows[ZustaendigkeitHistorieRow]:
    """Return a page of the offices that were responsible, from when until when."""
    async with unit_of_work() as uow:
        rows = await uow.organisation_queries.zustaendigkeit_historie(zustaendigkeit_id, paging)
    if not rows.items and paging.after is None:
        raise NotFoundError
    return rows
