"""List the Dokumente of a Vorgang."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import DokumentFilter, DokumentRow, Paging, Rows


async def list_dokumente(
    vorgang_id: UUID,
    filters: DokumentFilter,
    paging: Paging,
    *,
    actor: Actor,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
) -> Rows[DokumentRow]:
    """Return a page of a visible Vorgang's Dokumente; of an invisible one nothing is told, not even that it exists."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        dokumente = await uow.queries.dokumente(scope, vorgang_id, filters, paging)
    if dokumente is None:
        raise NotFoundError
    return dokumente
