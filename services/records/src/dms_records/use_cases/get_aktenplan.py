"""Read the Aktenplan."""

from collections.abc import Sequence
from datetime import date

from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import AktenplanRow


async def get_aktenplan(*, stichtag: date | None = None, unit_of_work: OpenUnitOfWork) -> Sequence[AktenplanRow]:
    """
    Return every unit of the plan, sorted by key; the plan binds everyone, so everyone may read it.

    With a `stichtag` the units that were valid on that day, as they were then.
    """
    async with unit_of_work() as uow:
        return await uow.aktenplan.rows(stichtag)
