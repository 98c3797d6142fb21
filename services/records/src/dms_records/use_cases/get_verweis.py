"""Read one Verweis."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import VerweisRow


async def get_verweis(verweis_id: UUID, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork) -> VerweisRow:
    """Return a Verweis to who may read both its ends (rights model: one scope for everything)."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        row = await uow.verweise.visible(scope, verweis_id)
    if row is None:
        raise NotFoundError
    return row
