"""Read one Akte."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import AkteRow


async def get_akte(akte_id: UUID, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork) -> AkteRow:
    """Return an Akte; the read is in the Protokoll before it is answered (rights model, "Reading is logged")."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        akte = await uow.queries.akte(scope, akte_id)
        if akte is None:
            raise NotFoundError
        uow.audit("akte.read", "akte", akte.id)
        await uow.commit()
    return akte
