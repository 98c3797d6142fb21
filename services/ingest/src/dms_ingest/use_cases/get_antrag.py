"""Read one Antrag."""

from uuid import UUID

from dms_ingest.domain.antrag import Antrag
from dms_ingest.use_cases.ports import AntragAudience, OpenUnitOfWork
from dms_kit.core.errors import NotFoundError


async def get_antrag(antrag_id: UUID, *, audience: AntragAudience, unit_of_work: OpenUnitOfWork) -> Antrag:
    """
    Return an Antrag to the client that sent it or to whoever may see its Vorgang (rights model, order of the answer).

    Reading is logged; without the entry nothing is served. What may not be seen looks like what does not exist.
    """
    async with unit_of_work() as uow:
        antrag = await uow.antraege.get_visible(antrag_id, audience)
        if antrag is None:
            raise NotFoundError
        uow.audit("antrag.read", "antrag", antrag.id)
        await uow.commit()
        return antrag
