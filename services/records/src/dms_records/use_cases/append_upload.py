"""Add a stored part to an Upload."""

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import NotFoundError
from dms_records.domain.upload import Upload, UploadTeil
from dms_records.use_cases.ports import OpenUnitOfWork


async def append_upload(teil: UploadTeil, *, actor: Actor, unit_of_work: OpenUnitOfWork, clock: Clock) -> Upload:
    """
    Note bytes that are durable, if they are the next ones; of two who send the same, one is told to go on elsewhere.

    The object of a part that is refused belongs to no row and is reaped.
    """
    async with unit_of_work() as uow:
        upload = await uow.uploads.get(teil.upload_id, sub=actor.sub, moment=clock.now(), hold=True)
        if upload is None:
            raise NotFoundError
        upload.append(teil)
        uow.uploads.add(teil)
        await uow.commit()
    return upload
