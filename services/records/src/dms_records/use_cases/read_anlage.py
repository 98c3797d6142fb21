"""Read a file of an item of the Posteingang."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import NotFoundError
from dms_records.domain.virenpruefung import VirenpruefungRegel
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import InhaltRow


async def read_anlage(
    posteingang_id: UUID,
    anlage_id: UUID,
    *,
    is_range: bool,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
    regel: VirenpruefungRegel,
) -> InhaltRow:
    """Give access to a file of a waiting item once the read is in the Protokoll; what is damaged is never served."""
    async with unit_of_work() as uow:
        row = await uow.queries.anlage_inhalt(posteingang_id, anlage_id)
        if row is None:
            raise NotFoundError
        regel.check_served(row.pruefstatus, row.befund)
        row.check_whole()
        is_new = await uow.schriftgut.note_access(anlage_id, actor.sub, moment=clock.now())
        if is_new or not is_range:
            uow.audit("posteingang.content_read", "posteingang", posteingang_id, {"anlage": str(anlage_id)})
        await uow.commit()
    return row
