"""List the versions of a Dokument."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import DokumentversionRow, Paging, Rows


async def list_dokumentversionen(
    dokument_id: UUID, paging: Paging, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> Rows[DokumentversionRow]:
    """Return a page of the versions of a visible Dokument; none is ever missing among them."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        versionen = await uow.queries.dokumentversionen(scope, dokument_id, paging)
    if versionen is None:
        raise NotFoundError
    return versionen
