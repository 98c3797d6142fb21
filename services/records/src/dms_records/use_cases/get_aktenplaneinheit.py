"""Read one unit of the Aktenplan."""

from collections.abc import Sequence
from uuid import UUID

from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import AktenplanRow


async def get_aktenplaneinheit(aktenplaneinheit_id: UUID, *, unit_of_work: OpenUnitOfWork) -> Sequence[AktenplanRow]:
    """Return a unit and all above it, from which it inherits; everyone may read the plan."""
    async with unit_of_work() as uow:
        rows = await uow.aktenplan.path_rows(aktenplaneinheit_id)
    if not rows:
        raise NotFoundError
    return rows
