"""Follow what happens to the Aufgaben of a Vorgang."""

from dataclasses import dataclass
from uuid import UUID

from dms_records.domain.errors import VorgangUnknownError
from dms_records.domain.events import VorgangChanged
from dms_records.use_cases.ports import OpenUnitOfWork


@dataclass(frozen=True, kw_only=True)
class FollowAufgabe:
    """The newest fact of an Aufgabe: whether somebody holds it, whether it is done, at which of its versions."""

    aufgabe_id: UUID
    aufgabe_version: int
    vorgang_id: UUID
    uebernommen: bool
    erledigt: bool = False


async def follow_aufgabe(command: FollowAufgabe, *, unit_of_work: OpenUnitOfWork) -> None:
    """
    Move the Vorgang to `in_bearbeitung` while an Aufgabe is held, back to `offen` when none is.

    Source: the contract of the first walk. An older version of an Aufgabe changes nothing. One that is done was held
    by who did it; only when all are done the Vorgang can be set zdA.
    """
    async with unit_of_work() as uow:
        vorgang = await uow.schriftgut.vorgang(command.vorgang_id)
        if vorgang is None:
            message = f"Vorgang {command.vorgang_id} does not exist"
            raise VorgangUnknownError(message)
        aufgabe = await uow.schriftgut.aufgabe(command.aufgabe_id, command.vorgang_id)
        if command.aufgabe_version > aufgabe.aufgabe_version:
            aufgabe.aufgabe_version = command.aufgabe_version
            aufgabe.uebernommen = command.uebernommen
            aufgabe.erledigt = command.erledigt
            if vorgang.follow_aufgaben(await uow.schriftgut.aufgaben(vorgang.id)):
                await uow.flush()
                uow.record(VorgangChanged(vorgang))
                uow.audit("vorgang.status_changed", "vorgang", vorgang.id, {"status": vorgang.status})
        await uow.commit()
