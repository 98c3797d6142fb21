"""Make the current version of a Dokument final."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import PreconditionFailedError
from dms_records.domain.bearbeitungssperre import check_free
from dms_records.domain.dokument import BEFALLEN
from dms_records.domain.errors import DokumentInfectedError
from dms_records.use_cases.hold_dokument import answer_of, check_open, current_of, hold_dokument
from dms_records.use_cases.ports import CheckVersion, DokumentRow, OpenUnitOfWork, Scopes


async def freeze_dokument(
    dokument_id: UUID,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> DokumentRow:
    """
    Make the current version final: it is never changed, never deleted and never a draft again; a next one may follow.

    Source: domain rules, life cycle. Nobody may have the Dokument checked out. Whoever did it may repeat the request.
    """
    scope, moment = await scopes.scope(actor), clock.now()
    async with unit_of_work() as uow:
        dokument = await hold_dokument(dokument_id, uow=uow, scope=scope)
        inhalt = await current_of(uow, dokument)
        try:
            check_version(dokument.version)
        except PreconditionFailedError:
            if inhalt.endgueltig_von != actor.sub:
                raise
        await check_open(uow, dokument)
        check_free(await uow.dokumente.sperre(dokument), moment)
        if inhalt.pruefstatus == BEFALLEN:
            raise DokumentInfectedError
        if inhalt.freeze(actor, moment):
            uow.dokumente.touch(dokument)
            values: dict[str, str | int | None] = {"version": inhalt.nummer, "sha256": inhalt.sha256}
            uow.audit("dokument.frozen", "dokument", dokument.id, values)
        row = await answer_of(uow, scope, dokument)
        await uow.commit(row)
    return row
