"""List a client's own Anträge."""

from collections.abc import Sequence
from uuid import UUID

from dms_ingest.domain.antrag import Antrag
from dms_ingest.use_cases.ports import OpenUnitOfWork


async def list_antraege(
    *,
    client: str,
    externe_referenz: str | None,
    before: UUID | None,
    limit: int,
    unit_of_work: OpenUnitOfWork,
) -> Sequence[Antrag]:
    """Return what the client itself sent, newest first: pages by id are stable under writes (API contract, lists)."""
    async with unit_of_work() as uow:
        return await uow.antraege.list_own(client, externe_referenz=externe_referenz, before=before, limit=limit)
