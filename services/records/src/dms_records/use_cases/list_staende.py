"""Read the history of a unit of the Aktenplan."""

from uuid import UUID

from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import AktenplanStandRow, Paging, Rows


async def list_staende(
    aktenplaneinheit_id: UUID, paging: Paging, *, unit_of_work: OpenUnitOfWork
) -> Rows[AktenplanStandRow]:
    """Return a page of every Stand that a unit had; the plan binds everyone, and so does what it was."""
    async with unit_of_work() as uow:
        if await uow.aktenplan.get(aktenplaneinheit_id) is None:
            raise NotFoundError
        return await uow.aktenplan.staende(aktenplaneinheit_id, paging)
