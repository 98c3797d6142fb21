"""Read the metadata of one version."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import DokumentversionRow


async def get_dokumentversion(
    dokument_id: UUID, nummer: int, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> DokumentversionRow:
    """Return one version of a visible Dokument without its content."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        version = await uow.queries.dokumentversion(scope, dokument_id, nummer)
    if version is None:
        raise NotFoundError
    return version
