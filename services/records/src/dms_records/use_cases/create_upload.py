"""Begin an Upload."""

from dataclasses import dataclass
from datetime import timedelta

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_records.domain.upload import Upload
from dms_records.use_cases.ports import OpenUnitOfWork


@dataclass(frozen=True, kw_only=True)
class CreateUpload:
    """What will come: the file's safe name, its bytes and, if the client says it, their SHA-256 in hex."""

    dateiname: str
    groesse: int
    sha256: str | None
    frist: timedelta


async def create_upload(command: CreateUpload, *, actor: Actor, unit_of_work: OpenUnitOfWork, clock: Clock) -> Upload:
    """Begin to receive a file in parts; nothing of it is anywhere else until it is used."""
    async with unit_of_work() as uow:
        upload = Upload.begin(
            actor,
            dateiname=command.dateiname,
            groesse=command.groesse,
            sha256=command.sha256,
            moment=clock.now(),
            frist=command.frist,
        )
        uow.uploads.add(upload)
        uow.audit("upload.begun", "upload", upload.id, {"groesse": upload.groesse})
        await uow.commit(upload)
    return upload
