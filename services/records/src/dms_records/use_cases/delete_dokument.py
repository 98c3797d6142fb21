"""Put a draft into the Papierkorb."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_records.domain.bearbeitungssperre import check_free
from dms_records.domain.dokument_errors import DokumentFinalError
from dms_records.domain.events import DokumentChanged
from dms_records.use_cases.hold_dokument import check_open, current_of, hold_dokument
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes


@dataclass(frozen=True, kw_only=True)
class DeleteDokument:
    """Which draft, and after how long it is destroyed."""

    dokument_id: UUID
    frist: timedelta


async def delete_dokument(
    command: DeleteDokument,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> None:
    """
    Put a draft where it can be taken out again until its time is over.

    Source: domain rules; what is registered, or has a final version, is never deleted outside Aussonderung.
    """
    scope, moment = await scopes.scope(actor), clock.now()
    async with unit_of_work() as uow:
        dokument = await hold_dokument(command.dokument_id, uow=uow, scope=scope)
        check_version(dokument.version)
        await check_open(uow, dokument)
        dokument.discard(actor, moment, command.frist)
        check_free(await uow.dokumente.sperre(dokument), moment)
        if await uow.dokumente.has_final(dokument):
            raise DokumentFinalError
        uow.audit("dokument.discarded", "dokument", dokument.id, {"bis": (moment + command.frist).isoformat()})
        await uow.flush()
        uow.record(DokumentChanged(dokument, await current_of(uow, dokument)))
        await uow.commit()
