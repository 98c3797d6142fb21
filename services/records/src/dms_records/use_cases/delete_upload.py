"""Give an Upload up."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork


async def delete_upload(upload_id: UUID, *, actor: Actor, unit_of_work: OpenUnitOfWork, clock: Clock) -> None:
    """Forget an Upload; its objects are the reaper's."""
    async with unit_of_work() as uow:
        upload = await uow.uploads.get(upload_id, sub=actor.sub, moment=clock.now(), hold=True)
        if upload is None:
            raise NotFoundError
        await uow.uploads.remove(upload)
        uow.audit("upload.given_up", "upload", upload_id)
        await uow.commit()
