"""Record what the virus scan said of a file."""

from uuid import UUID

from dms_ingest.domain.anlage import AnlagePruefstatus
from dms_ingest.use_cases.ports import OpenUnitOfWork


async def record_pruefstatus(
    antrag_id: UUID, *, sha256: str, pruefstatus: AnlagePruefstatus, unit_of_work: OpenUnitOfWork
) -> None:
    """Tell who sent the Antrag (API contract, `pruefstatus`); Anlagen with the same bytes have the same result."""
    async with unit_of_work() as uow:
        antrag = await uow.antraege.get_for_update(antrag_id)
        if antrag is not None:
            await uow.antraege.set_pruefstatus(antrag, sha256, pruefstatus)
        await uow.commit()
