"""Create a Dokument by hand."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import NotFoundError, UnavailableError
from dms_records.domain.dokument import Dokument, DokumentDatei, Dokumentversion
from dms_records.domain.events import DokumentAdded
from dms_records.use_cases.hold_dokument import answer_of, check_permitted, check_writable
from dms_records.use_cases.ports import DokumentRow, OpenUnitOfWork, Scopes

OPERATION = "create_dokument"


@dataclass(frozen=True, kw_only=True)
class CreateDokument:
    """In which Vorgang, with which file; the title is the file's name unless it is given."""

    vorgang_id: UUID
    titel: str | None
    datei: DokumentDatei
    kommentar: str | None


async def create_dokument(
    command: CreateDokument, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork, clock: Clock
) -> DokumentRow:
    """
    Begin a draft in a Vorgang: it has a place and a first version, its number is given when it is registered.

    Source: domain rules, two phases.
    """
    scope, moment = await scopes.scope(actor), clock.now()
    async with unit_of_work() as uow:
        vorgang = await uow.dokumente.vorgang(scope, command.vorgang_id)
        if vorgang is None:
            raise NotFoundError
        check_permitted(vorgang, scope)
        check_writable(vorgang)
        if not command.datei.objekt_key:
            # Only a repeated request is hashed without being stored, and its key answers on opening.
            raise UnavailableError
        nummer = await uow.schriftgut.next_number(vorgang.id)
        titel = command.titel or command.datei.dateiname
        dokument = Dokument.draft(vorgang, titel=titel, nummer=nummer, moment=moment)
        inhalt = Dokumentversion.next_of(dokument, command.datei, actor, kommentar=command.kommentar, moment=moment)
        uow.dokumente.add(dokument, inhalt)
        uow.audit("dokument.created", "dokument", dokument.id, {"sha256": inhalt.sha256})
        row = await answer_of(uow, scope, dokument)
        uow.record(DokumentAdded(dokument, inhalt))
        await uow.commit(row)
    return row
