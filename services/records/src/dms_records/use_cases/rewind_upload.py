"""Take back what one request added to an Upload."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork


async def rewind_upload(
    upload_id: UUID, start: int, *, actor: Actor, unit_of_work: OpenUnitOfWork, clock: Clock
) -> None:
    """Forget the parts from a place on: their bytes are not those that their sender hashed (RFC 9530)."""
    async with unit_of_work() as uow:
        upload = await uow.uploads.get(upload_id, sub=actor.sub, moment=clock.now(), hold=True)
        if upload is None:
            raise NotFoundError
        await uow.uploads.forget_teile(upload_id, from_start=start)
        upload.angekommen = min(upload.angekommen, start)
        await uow.commit()
