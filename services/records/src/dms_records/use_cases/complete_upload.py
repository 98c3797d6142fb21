"""Make one object of the parts of an Upload."""

from collections.abc import AsyncIterator, Sequence

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import NotFoundError
from dms_kit.ports.object_store import ObjectStore
from dms_kit.ports.type_detector import TypeDetector
from dms_records.domain.upload import Upload, UploadTeil
from dms_records.domain.upload_errors import UploadDigestError
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.receive_datei import receive_datei


async def complete_upload(
    upload: Upload,
    *,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
    store: ObjectStore,
    types: TypeDetector,
    clock: Clock,
) -> Upload:
    """
    Join the parts in constant memory, check the hash of the whole, and only then let it be used.

    A whole that is not what was announced is forgotten, so that nobody waits for it; the client begins anew. What comes
    again after a crash joins the same parts again.
    """
    async with unit_of_work() as uow:
        teile = await uow.uploads.teile(upload.id)
    chunks = _joined(teile, store)
    datei = await receive_datei(chunks, dateiname=upload.dateiname, mandant=upload.mandant, writer=store, types=types)
    is_right = upload.erwartet_sha256 in {None, datei.sha256} and datei.groesse == upload.groesse
    async with unit_of_work() as uow:
        held = await uow.uploads.get(upload.id, sub=actor.sub, moment=clock.now(), hold=True)
        if held is None:
            raise NotFoundError
        if not is_right:
            await uow.uploads.remove(held)
        elif held.objekt_key is None:
            held.complete(datei)
            await uow.uploads.forget_teile(held.id)
        await uow.commit()
    if not is_right:
        raise UploadDigestError
    return held


async def _joined(teile: Sequence[UploadTeil], store: ObjectStore) -> AsyncIterator[bytes]:
    for teil in teile:
        async for chunk in store.read(teil.objekt_key):
            yield chunk
