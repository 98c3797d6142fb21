"""Give a check-out back."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_records.domain.bearbeitungssperre import check_held
from dms_records.use_cases.hold_dokument import answer_of, hold_dokument
from dms_records.use_cases.ports import CheckVersion, DokumentRow, OpenUnitOfWork, Scopes


async def release_checkout(
    dokument_id: UUID,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> DokumentRow:
    """End the actor's own check-out without a new version."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        dokument = await hold_dokument(dokument_id, uow=uow, scope=scope)
        check_version(dokument.version)
        sperre = check_held(await uow.dokumente.sperre(dokument), clock.now(), sub=actor.sub)
        await uow.dokumente.remove(sperre)
        uow.dokumente.touch(dokument)
        uow.audit("dokument.checkout_released", "dokument", dokument.id)
        row = await answer_of(uow, scope, dokument)
        await uow.commit(row)
    return row
