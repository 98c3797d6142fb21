"""Check a Dokument in."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_records.domain.bearbeitungssperre import check_held
from dms_records.domain.dokument import DokumentDatei, Dokumentversion
from dms_records.domain.events import DokumentChanged
from dms_records.use_cases.hold_dokument import answer_of, check_open, hold_dokument
from dms_records.use_cases.ports import CheckVersion, DokumentRow, OpenUnitOfWork, Scopes
from dms_records.use_cases.take_upload import file_of


@dataclass(frozen=True, kw_only=True)
class CheckInDokument:
    """The next version of a Dokument: its file, in the store or as a complete Upload, and what was changed."""

    dokument_id: UUID
    datei: DokumentDatei | None
    upload_id: UUID | None
    kommentar: str | None


async def check_in_dokument(
    command: CheckInDokument,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> DokumentRow:
    """
    Add an immutable version and end the check-out that permitted it, in one commit.

    What was true before the upload is judged again: the check-out may have ended meanwhile.
    """
    scope, moment = await scopes.scope(actor), clock.now()
    async with unit_of_work() as uow:
        dokument = await hold_dokument(command.dokument_id, uow=uow, scope=scope)
        check_version(dokument.version)
        await check_open(uow, dokument)
        sperre = check_held(await uow.dokumente.sperre(dokument), moment, sub=actor.sub)
        datei = await file_of(uow, command.datei, command.upload_id, actor=actor, clock=clock)
        inhalt = Dokumentversion.next_of(dokument, datei, actor, kommentar=command.kommentar, moment=moment)
        uow.dokumente.add(inhalt)
        await uow.dokumente.remove(sperre)
        uow.audit("dokument.checked_in", "dokument", dokument.id, _values(inhalt))
        row = await answer_of(uow, scope, dokument)
        uow.record(DokumentChanged(dokument, inhalt))
        await uow.commit(row)
    return row


def _values(inhalt: Dokumentversion) -> dict[str, str | int | None]:
    return {"version": inhalt.nummer, "sha256": inhalt.sha256, "kommentar": inhalt.kommentar}
