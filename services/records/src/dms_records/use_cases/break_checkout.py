"""Break somebody's check-out."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_records.domain.dokument_errors import DokumentNotCheckedOutError
from dms_records.use_cases.hold_dokument import LEAD, answer_of, hold_dokument
from dms_records.use_cases.ports import CheckVersion, DokumentRow, OpenUnitOfWork, Scopes


@dataclass(frozen=True, kw_only=True)
class BreakCheckout:
    """Which Dokument, and why."""

    dokument_id: UUID
    grund: str


async def break_checkout(
    command: BreakCheckout,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> DokumentRow:
    """Let the Leitung end a check-out of her office; the Protokoll keeps the reason and whose it was."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        dokument = await hold_dokument(command.dokument_id, uow=uow, scope=scope, right=LEAD)
        check_version(dokument.version)
        sperre = await uow.dokumente.sperre(dokument)
        if sperre is None or not sperre.is_active(clock.now()):
            raise DokumentNotCheckedOutError
        await uow.dokumente.remove(sperre)
        uow.dokumente.touch(dokument)
        values = {"grund": command.grund, "inhaber": sperre.sub}
        uow.audit("dokument.checkout_broken", "dokument", dokument.id, values)
        row = await answer_of(uow, scope, dokument)
        await uow.commit(row)
    return row
