"""Read one Dokument in the Papierkorb."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import DokumentRow


async def get_papierkorb(
    dokument_id: UUID, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> DokumentRow:
    """Return a deleted draft without its content: that can be read again when it was taken out."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        dokument = await uow.queries.discarded(scope, dokument_id)
    if dokument is None:
        raise NotFoundError
    return dokument
