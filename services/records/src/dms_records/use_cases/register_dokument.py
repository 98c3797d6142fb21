"""Register a Dokument."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_records.domain.aktenplaneinheit import vorlage_of
from dms_records.domain.dokument import Dokument
from dms_records.domain.errors import SchriftgutDraftError
from dms_records.domain.events import DokumentChanged
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.hold_dokument import answer_of, check_writable, current_of, hold_dokument
from dms_records.use_cases.ports import CheckVersion, DokumentRow, OpenUnitOfWork, Scopes, UnitOfWork


async def register_dokument(
    dokument_id: UUID,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> DokumentRow:
    """
    Give a draft its Aktenzeichen below that of its Vorgang; from then on it is never deleted outside Aussonderung.

    Source: domain rules, two phases. Its running number was taken when it was created.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        dokument = await hold_dokument(dokument_id, uow=uow, scope=scope)
        check_version(dokument.version)
        vorgang = await uow.dokumente.vorgang_of(dokument)
        check_writable(vorgang)
        dokument.register(await _aktenzeichen(uow, dokument, vorgang, clock))
        uow.audit("dokument.registered", "dokument", dokument.id, {"aktenzeichen": dokument.aktenzeichen})
        row = await answer_of(uow, scope, dokument)
        uow.record(DokumentChanged(dokument, await current_of(uow, dokument)))
        await uow.commit(row)
    return row


async def _aktenzeichen(uow: UnitOfWork, dokument: Dokument, vorgang: Vorgang, clock: Clock) -> str:
    if not vorgang.aktenzeichen:
        raise SchriftgutDraftError("Der Vorgang ist noch ein Entwurf; er wird zuerst registriert.")
    vorlage = vorlage_of(await uow.aktenplan.path(await uow.dokumente.aktenplaneinheit_id(dokument)))
    tag = clock.now().astimezone(BERLIN).date()
    return vorlage.for_dokument(vorgang.aktenzeichen, nummer=dokument.nummer, tag=tag)
