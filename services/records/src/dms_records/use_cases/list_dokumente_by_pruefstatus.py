"""List Dokumente by what the virus scan said of them."""

from dms_kit.core.actor import Actor
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import DokumentRow, Paging, Rows


async def list_dokumente_by_pruefstatus(
    pruefstatus: str, paging: Paging, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> Rows[DokumentRow]:
    """Return a page of the Dokumente with a Befund that the caller may read: their office asks the sender again."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        return await uow.queries.dokumente_by_pruefstatus(scope, pruefstatus, paging)
