"""Read the metadata of one Dokument."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import DokumentRow


async def get_dokument(dokument_id: UUID, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork) -> DokumentRow:
    """Return a Dokument without its content; only reading content leaves an entry (rights model)."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        dokument = await uow.queries.dokument(scope, dokument_id)
    if dokument is None:
        raise NotFoundError
    return dokument
