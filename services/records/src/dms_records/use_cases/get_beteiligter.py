"""Read one Beteiligter."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.domain.schriftgut import AKTE, VORGANG
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import BeteiligterRow


async def get_beteiligter(
    beteiligter_id: UUID, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> BeteiligterRow:
    """Return a Beteiligter; the read is in the Protokoll of its object before it is answered (rights model)."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        row = await uow.beteiligte.visible(scope, beteiligter_id)
        if row is None:
            raise NotFoundError
        for art, object_id in ((AKTE, row.akte_id), (VORGANG, row.vorgang_id)):
            if object_id is not None:
                uow.audit(f"{art}.beteiligte_read", art, object_id)
        await uow.commit()
    return row
