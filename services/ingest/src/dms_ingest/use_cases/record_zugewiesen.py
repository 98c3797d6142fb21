"""Record that an Aufgabe is open for an office."""

from datetime import datetime
from uuid import UUID

from dms_ingest.use_cases.ports import OpenUnitOfWork


async def record_zugewiesen(antrag_id: UUID, *, zeitpunkt: datetime, unit_of_work: OpenUnitOfWork) -> None:
    """Keep when an Antrag was assigned (API contract, `verlauf`); an unknown Antrag is ignored."""
    async with unit_of_work() as uow:
        antrag = await uow.antraege.get_for_update(antrag_id)
        if antrag is not None:
            antrag.record_zugewiesen(zeitpunkt)
        await uow.commit()
