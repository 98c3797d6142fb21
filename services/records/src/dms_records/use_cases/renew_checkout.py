"""Renew a check-out."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_records.domain.bearbeitungssperre import check_held
from dms_records.use_cases.hold_dokument import answer_of, check_open, hold_dokument
from dms_records.use_cases.ports import CheckVersion, DokumentRow, OpenUnitOfWork, Scopes


@dataclass(frozen=True, kw_only=True)
class RenewCheckout:
    """Which Dokument, and how long from now."""

    dokument_id: UUID
    dauer: timedelta


async def renew_checkout(
    command: RenewCheckout,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> DokumentRow:
    """Let a check-out that has not ended yet end later; never sooner than it would."""
    scope, moment = await scopes.scope(actor), clock.now()
    async with unit_of_work() as uow:
        dokument = await hold_dokument(command.dokument_id, uow=uow, scope=scope)
        check_version(dokument.version)
        await check_open(uow, dokument)
        sperre = check_held(await uow.dokumente.sperre(dokument), moment, sub=actor.sub)
        sperre.bis = max(sperre.bis, moment + command.dauer)
        uow.dokumente.touch(dokument)
        uow.audit("dokument.checkout_renewed", "dokument", dokument.id, {"bis": sperre.bis.isoformat()})
        row = await answer_of(uow, scope, dokument)
        await uow.commit(row)
    return row
