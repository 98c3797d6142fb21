"""Read how far an Upload is."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import NotFoundError
from dms_records.domain.upload import Upload
from dms_records.use_cases.ports import OpenUnitOfWork


async def get_upload(upload_id: UUID, *, actor: Actor, unit_of_work: OpenUnitOfWork, clock: Clock) -> Upload:
    """Return an Upload to the person who began it; to all others, and after its time, it does not exist."""
    async with unit_of_work() as uow:
        upload = await uow.uploads.get(upload_id, sub=actor.sub, moment=clock.now())
    if upload is None:
        raise NotFoundError
    return upload
