"""Restore an old version of a Dokument."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import NotFoundError, UnavailableError
from dms_records.domain.bearbeitungssperre import check_free
from dms_records.domain.dokument import BEFALLEN, Dokument, Dokumentversion
from dms_records.domain.dokument_errors import DokumentversionCurrentError
from dms_records.domain.errors import DokumentInfectedError
from dms_records.domain.events import DokumentChanged
from dms_records.use_cases.hold_dokument import answer_of, check_open, hold_dokument
from dms_records.use_cases.ports import CheckVersion, DokumentRow, OpenUnitOfWork, Scopes, UnitOfWork


@dataclass(frozen=True, kw_only=True)
class RestoreVersion:
    """Which version becomes the next one; `objekt_key` is the copy of its bytes."""

    dokument_id: UUID
    nummer: int
    objekt_key: str | None


async def restore_version(
    command: RestoreVersion,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> DokumentRow:
    """Add a version with the bytes of an old one; every version stays, the old one too."""
    scope, moment = await scopes.scope(actor), clock.now()
    async with unit_of_work() as uow:
        dokument = await hold_dokument(command.dokument_id, uow=uow, scope=scope)
        check_version(dokument.version)
        old = await old_version(uow, dokument, command.nummer)
        await check_open(uow, dokument)
        check_free(await uow.dokumente.sperre(dokument), moment, sub=actor.sub)
        if command.objekt_key is None:
            # Only a repeated request copies nothing, and its key answers on opening.
            raise UnavailableError
        inhalt = old.restore_as_next(dokument, command.objekt_key, actor, moment)
        uow.dokumente.add(inhalt)
        values: dict[str, str | int | None] = {"version": inhalt.nummer, "aus": old.nummer, "sha256": inhalt.sha256}
        uow.audit("dokument.version_restored", "dokument", dokument.id, values)
        row = await answer_of(uow, scope, dokument)
        uow.record(DokumentChanged(dokument, inhalt))
        await uow.commit(row)
    return row


async def old_version(uow: UnitOfWork, dokument: Dokument, nummer: int) -> Dokumentversion:
    """Return a version that can be restored."""
    old = await uow.dokumente.inhalt(dokument, nummer)
    if old is None:
        raise NotFoundError
    if nummer == dokument.aktuelle_version:
        raise DokumentversionCurrentError
    if old.pruefstatus == BEFALLEN:
        raise DokumentInfectedError
    return old
