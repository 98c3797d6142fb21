"""Release an Aufgabe."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_workflow.domain.aufgabe import Aufgabe
from dms_workflow.domain.events import AufgabeReleased
from dms_workflow.use_cases.get_aufgabe import get_aufgabe_to_work_on, leads
from dms_workflow.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes


async def release_aufgabe(
    aufgabe_id: UUID,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> Aufgabe:
    """Give an Aufgabe back to its office: its Bearbeiter may, and who leads the office (rights model: leitung)."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        aufgabe = await get_aufgabe_to_work_on(aufgabe_id, scope=scope, uow=uow)
        check_version(aufgabe.version)
        bearbeiter = aufgabe.bearbeiter_sub
        aufgabe.release(actor.sub, leads=leads(scope, aufgabe))
        uow.record(AufgabeReleased(aufgabe, clock.now()))
        uow.audit("aufgabe.released", "aufgabe", aufgabe.id, {"bearbeiter": bearbeiter})
        await uow.commit(aufgabe)
        return aufgabe
