"""Look at a run."""

from uuid import UUID

from dms_kit.core.errors import NotFoundError
from dms_search.domain.indexlauf import Indexlauf
from dms_search.use_cases.ports import OpenUnitOfWork


async def get_reindex(lauf_id: UUID, *, unit_of_work: OpenUnitOfWork) -> Indexlauf:
    """Return a run of the Mandant with its progress."""
    async with unit_of_work() as uow:
        lauf = await uow.indexlaeufe.get(lauf_id)
    if lauf is None:
        raise NotFoundError
    return lauf
