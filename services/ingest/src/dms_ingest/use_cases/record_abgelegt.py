"""Record that an Antrag was filed."""

from uuid import UUID

from dms_ingest.domain.antrag import AntragAblage
from dms_ingest.use_cases.ports import OpenUnitOfWork


async def record_abgelegt(antrag_id: UUID, ablage: AntragAblage, *, unit_of_work: OpenUnitOfWork) -> None:
    """Keep which Vorgang an Antrag became and who may see it (API contract, `verlauf`); ignore an unknown Antrag."""
    async with unit_of_work() as uow:
        antrag = await uow.antraege.get_for_update(antrag_id)
        if antrag is not None:
            antrag.record_abgelegt(ablage)
            # Search may have been faster than records.
            antrag.record_indexiert(*await uow.antraege.count_indexiert(antrag_id))
        await uow.commit()
