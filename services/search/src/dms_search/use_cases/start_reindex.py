"""Ask for a new index."""

from dms_kit.core.clock import Clock
from dms_kit.core.ids import new_id
from dms_search.domain.indexlauf import Indexlauf, IndexlaufStatus
from dms_search.use_cases.ports import OpenUnitOfWork


async def start_reindex(*, mandant: str, unit_of_work: OpenUnitOfWork, clock: Clock) -> Indexlauf:
    """
    Order a run; the process that writes the index begins it (`keep_index`).

    One at a time: while a run of the Mandant waits or goes on, that one is the answer.
    """
    async with unit_of_work() as uow:
        lauf = await uow.indexlaeufe.oldest_open()
        if lauf is None:
            lauf = Indexlauf(mandant=mandant, id=new_id(), status=IndexlaufStatus.WARTET, angefordert_am=clock.now())
            uow.indexlaeufe.add(lauf)
            uow.audit("indexlauf.requested", "indexlauf", lauf.id)
        await uow.commit(lauf)
        return lauf
