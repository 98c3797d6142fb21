"""Read the Aktenplan."""

from collections.abc import Sequence

from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import AktenplanRow


async def get_aktenplan(*, unit_of_work: OpenUnitOfWork) -> Sequence[AktenplanRow]:
    """Return every unit of the plan, sorted by key; the plan binds everyone, so everyone may read it."""
    async with unit_of_work() as uow:
        return await uow.queries.aktenplan()
