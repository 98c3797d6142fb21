"""Check a Dokument out."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import PreconditionFailedError
from dms_records.domain.bearbeitungssperre import Bearbeitungssperre, check_free
from dms_records.use_cases.hold_dokument import answer_of, check_open, hold_dokument
from dms_records.use_cases.ports import CheckVersion, DokumentRow, OpenUnitOfWork, Scopes


@dataclass(frozen=True, kw_only=True)
class CheckOutDokument:
    """Which Dokument, and for how long."""

    dokument_id: UUID
    dauer: timedelta


async def check_out_dokument(
    command: CheckOutDokument,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> DokumentRow:
    """
    Give one person, for a time, the right to write the next version; others read on meanwhile.

    The winner's request may come again, also with the ETag from before the first one: its answer may have been lost.
    """
    scope, moment = await scopes.scope(actor), clock.now()
    async with unit_of_work() as uow:
        dokument = await hold_dokument(command.dokument_id, uow=uow, scope=scope)
        sperre = await uow.dokumente.sperre(dokument)
        is_mine = sperre is not None and sperre.sub == actor.sub and sperre.is_active(moment)
        try:
            check_version(dokument.version)
        except PreconditionFailedError:
            if not is_mine:
                raise
        await check_open(uow, dokument)
        check_free(sperre, moment, sub=actor.sub)
        if not is_mine:
            if sperre is not None:
                await uow.dokumente.remove(sperre)
            fresh = Bearbeitungssperre.of(actor, dokument.id, moment=moment, dauer=command.dauer)
            uow.dokumente.add(fresh)
            uow.dokumente.touch(dokument)
            uow.audit("dokument.checked_out", "dokument", dokument.id, {"bis": fresh.bis.isoformat()})
        row = await answer_of(uow, scope, dokument)
        await uow.commit(row)
    return row
