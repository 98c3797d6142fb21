"""Complete an Aufgabe."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import PreconditionFailedError
from dms_workflow.domain.aufgabe import Aufgabe
from dms_workflow.domain.events import AufgabeCompleted
from dms_workflow.use_cases.get_aufgabe import get_aufgabe_to_work_on
from dms_workflow.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes


@dataclass(frozen=True, kw_only=True)
class CompleteAufgabe:
    """What came out of an Aufgabe."""

    aufgabe_id: UUID
    ergebnis: str
    bemerkung: str | None


async def complete_aufgabe(
    command: CompleteAufgabe,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> Aufgabe:
    """
    Finish an Aufgabe with its outcome; only its Bearbeiter may, and may say the same again (order of the answer).

    The Vorgang stays as it is: closing it (zdA) is an act of its own (API contract).
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        aufgabe = await get_aufgabe_to_work_on(command.aufgabe_id, scope=scope, uow=uow)
        try:
            check_version(aufgabe.version)
        except PreconditionFailedError:
            if not aufgabe.is_completed_by(actor.sub):
                raise
        if aufgabe.complete(actor.sub, command.ergebnis, command.bemerkung):
            uow.record(AufgabeCompleted(aufgabe, clock.now()))
            uow.audit(
                "aufgabe.completed",
                "aufgabe",
                aufgabe.id,
                {"ergebnis": aufgabe.ergebnis, "bemerkung": aufgabe.bemerkung},
            )
        await uow.commit(aufgabe)
        return aufgabe
