"""Keep an index that answers: begin, resume and finish the runs that build a new one."""

from collections.abc import Callable, Sequence
from uuid import UUID

from dms_kit.core.ids import new_id
from dms_search.domain.events import RepublishRequested
from dms_search.domain.indexlauf import Indexlauf, IndexlaufStatus
from dms_search.use_cases.ports import IndexKeeping


async def keep_index(keeping: IndexKeeping) -> bool:
    """
    Take the next step of the oldest run, or begin one when no index can answer; say whether a run goes on.

    Source: architecture, rebuild. Each step may be repeated after a crash: the run is in the database, what it built
    is in its own folder, and what is counted is counted with the inbox.
    """
    rows = await keeping.laeufe.unfinished()
    if not rows:
        if (await keeping.index.state()).current is None:
            await _order(keeping)
            return True
        await keeping.index.tidy()
        return False
    lauf_id = rows[0].id
    run = [row for row in rows if row.id == lauf_id]
    is_resumed = any(row.status is IndexlaufStatus.LAEUFT for row in run)
    if not await keeping.index.begin(str(lauf_id), resume=is_resumed):
        await _finish(run, keeping, Indexlauf.fail)
        await _order(keeping)
        return True
    has_asked = [await _ask(mandant, lauf_id, keeping) for mandant in keeping.mandanten]
    if not any(has_asked) and all(row.is_complete for row in run):
        await keeping.index.swap(str(lauf_id))
        await _finish(run, keeping, Indexlauf.finish)
    return True


async def _order(keeping: IndexKeeping) -> None:
    mandant = keeping.mandanten[0]
    async with keeping.units(mandant)() as uow:
        if await uow.indexlaeufe.oldest_open() is not None:
            # Another process that keeps the same index was faster.
            return
        now = keeping.clock.now()
        uow.indexlaeufe.add(Indexlauf(mandant=mandant, id=new_id(), status=IndexlaufStatus.WARTET, angefordert_am=now))
        await uow.commit()


async def _ask(mandant: str, lauf_id: UUID, keeping: IndexKeeping) -> bool:
    async with keeping.units(mandant)() as uow:
        now = keeping.clock.now()
        lauf = await uow.indexlaeufe.lock(lauf_id)
        if lauf is None:
            lauf = Indexlauf(mandant=mandant, id=lauf_id, status=IndexlaufStatus.WARTET, angefordert_am=now)
            uow.indexlaeufe.add(lauf)
        if lauf.status is not IndexlaufStatus.WARTET:
            return False
        lauf.start(now)
        uow.record(RepublishRequested(lauf_id))
        uow.audit("indexlauf.started", "indexlauf", lauf_id)
        await uow.commit()
        return True


async def _finish(run: Sequence[Indexlauf], keeping: IndexKeeping, end: Callable[..., None]) -> None:
    for row in run:
        async with keeping.units(row.mandant)() as uow:
            lauf = await uow.indexlaeufe.lock(row.id)
            if lauf is not None:
                end(lauf, keeping.clock.now())
                uow.audit("indexlauf.ended", "indexlauf", row.id)
                await uow.commit()
