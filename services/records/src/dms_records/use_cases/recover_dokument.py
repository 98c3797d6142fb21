"""Take a draft out of the Papierkorb."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.domain.events import DokumentChanged
from dms_records.use_cases.hold_dokument import answer_of, check_open, check_permitted, current_of
from dms_records.use_cases.ports import CheckVersion, DokumentRow, OpenUnitOfWork, Scopes


async def recover_dokument(
    dokument_id: UUID, *, actor: Actor, check_version: CheckVersion, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> DokumentRow:
    """Put a draft back where it was, with all of its versions."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        dokument = await uow.dokumente.hold_discarded(scope, dokument_id)
        if dokument is None:
            raise NotFoundError
        check_permitted(dokument, scope)
        check_version(dokument.version)
        await check_open(uow, dokument)
        dokument.recover()
        uow.audit("dokument.recovered", "dokument", dokument.id)
        row = await answer_of(uow, scope, dokument)
        uow.record(DokumentChanged(dokument, await current_of(uow, dokument)))
        await uow.commit(row)
    return row
