"""Record that a Dokument of an Antrag can be found."""

from datetime import datetime
from uuid import UUID

from dms_ingest.use_cases.ports import OpenUnitOfWork


async def record_indexiert(
    antrag_id: UUID, *, dokument_id: UUID, zeitpunkt: datetime, unit_of_work: OpenUnitOfWork
) -> None:
    """Count distinct indexed Dokumente; with the last one the Antrag is `durchsuchbar` (API contract, `verlauf`)."""
    async with unit_of_work() as uow:
        antrag = await uow.antraege.get_for_update(antrag_id)
        if antrag is not None:
            await uow.antraege.add_indexiert(antrag_id, dokument_id, zeitpunkt)
            antrag.record_indexiert(*await uow.antraege.count_indexiert(antrag_id))
        await uow.commit()
