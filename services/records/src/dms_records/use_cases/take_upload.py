"""Take the file of an Upload over into a version."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import NotFoundError, UnavailableError
from dms_records.domain.dokument import DokumentDatei
from dms_records.use_cases.ports import UnitOfWork


async def take_upload(uow: UnitOfWork, upload_id: UUID, *, actor: Actor, clock: Clock) -> DokumentDatei:
    """Return the file of a complete Upload, which ends with the same commit: it becomes one version, never two."""
    upload = await uow.uploads.get(upload_id, sub=actor.sub, moment=clock.now(), hold=True)
    if upload is None:
        raise NotFoundError("Diesen Upload gibt es nicht.")
    datei = upload.datei()
    await uow.uploads.remove(upload)
    return datei


async def file_of(
    uow: UnitOfWork, datei: DokumentDatei | None, upload_id: UUID | None, *, actor: Actor, clock: Clock
) -> DokumentDatei:
    """Return the file that a request brought, or that of the Upload which it names."""
    if upload_id is not None:
        return await take_upload(uow, upload_id, actor=actor, clock=clock)
    if datei is None or not datei.objekt_key:
        # Only a repeated request is hashed without being stored, and its key answers on opening.
        raise UnavailableError
    return datei
