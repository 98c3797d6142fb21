"""Forget Uploads that nobody finished or used."""

from dms_kit.core.clock import Clock
from dms_records.use_cases.ports import OpenUnitOfWork


async def reap_uploads(*, unit_of_work: OpenUnitOfWork, clock: Clock) -> int:
    """Forget the Uploads of one Mandant whose time is over; return how many. Their objects are the reaper's then."""
    async with unit_of_work() as uow:
        anzahl = await uow.uploads.remove_due(clock.now())
        await uow.commit()
    return anzahl
