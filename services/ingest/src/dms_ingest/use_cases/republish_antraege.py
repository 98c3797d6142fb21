"""Publish all Anträge again for one consumer."""

from dms_ingest.domain.events import AntragSubmitted
from dms_ingest.use_cases.ports import OpenUnitOfWork

_PAGE = 100


async def republish_antraege(*, group: str, run: str, unit_of_work: OpenUnitOfWork) -> int:
    """
    Publish every Antrag whose objects are kept again for one group (architecture, rebuild); return their number.

    One transaction a page: the reader of a large installation holds no long one.
    """
    count, last = 0, None
    while True:
        async with unit_of_work() as uow:
            page = await uow.antraege.list_all(after=last, limit=_PAGE)
            for antrag in page:
                uow.record_republished(AntragSubmitted(antrag), group=group, run=run)
            await uow.commit()
        count += len(page)
        if len(page) < _PAGE:
            return count
        last = page[-1].id
