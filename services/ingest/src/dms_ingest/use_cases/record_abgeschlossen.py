"""Record that the last Aufgabe of an Antrag is done."""

from datetime import datetime
from uuid import UUID

from dms_ingest.use_cases.ports import OpenUnitOfWork


async def record_abgeschlossen(antrag_id: UUID, *, zeitpunkt: datetime, unit_of_work: OpenUnitOfWork) -> None:
    """Keep when no Aufgabe was open any more (API contract, `verlauf`); an unknown Antrag is ignored."""
    async with unit_of_work() as uow:
        antrag = await uow.antraege.get_for_update(antrag_id)
        if antrag is not None:
            antrag.record_abgeschlossen(zeitpunkt)
        await uow.commit()
