"""List the Papierkorb."""

from dms_kit.core.actor import Actor
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import DokumentRow, Paging, Rows


async def list_papierkorb(
    paging: Paging, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> Rows[DokumentRow]:
    """Return a page of the deleted drafts that the actor may read."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        return await uow.queries.papierkorb(scope, paging)
