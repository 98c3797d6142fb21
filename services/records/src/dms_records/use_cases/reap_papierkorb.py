"""Destroy the drafts whose time in the Papierkorb is over."""

from dms_kit.core.clock import Clock
from dms_records.use_cases.ports import OpenUnitOfWork

_BATCH = 100


async def reap_papierkorb(*, unit_of_work: OpenUnitOfWork, clock: Clock) -> int:
    """
    Delete the rows of what is due, a transaction a batch; return how many Dokumente.

    Their objects belong to nothing then and are reaped. The Protokoll keeps that they were there, without content.
    """
    total = 0
    while True:
        async with unit_of_work() as uow:
            due = await uow.dokumente.due(clock.now(), limit=_BATCH)
            for dokument in due:
                versionen = await uow.dokumente.destroy(dokument)
                uow.audit("dokument.destroyed", "dokument", dokument.id, {"versionen": versionen})
            await uow.commit()
        total += len(due)
        if len(due) < _BATCH:
            return total
