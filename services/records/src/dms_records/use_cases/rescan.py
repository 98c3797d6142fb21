"""Scan again what could not be scanned."""

from dms_records.use_cases.ports import OpenUnitOfWork


async def rescan(*, unit_of_work: OpenUnitOfWork) -> int:
    """Let the files of one Mandant wait again that have a reason why not; for when that reason is gone."""
    async with unit_of_work() as uow:
        anzahl = await uow.virenpruefungen.reopen()
        await uow.commit()
    return anzahl
