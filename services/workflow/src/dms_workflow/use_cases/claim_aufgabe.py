"""Claim an Aufgabe."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import PreconditionFailedError
from dms_workflow.domain.aufgabe import Aufgabe
from dms_workflow.domain.events import AufgabeClaimed
from dms_workflow.use_cases.get_aufgabe import get_aufgabe_to_work_on
from dms_workflow.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes


async def claim_aufgabe(
    aufgabe_id: UUID,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> Aufgabe:
    """
    Give an Aufgabe to the actor: one winner among many (rights model, order of the answer).

    The winner's claim may come again, also with the ETag from before the first one: its answer may have been lost.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        aufgabe = await get_aufgabe_to_work_on(aufgabe_id, scope=scope, uow=uow)
        try:
            check_version(aufgabe.version)
        except PreconditionFailedError:
            if not aufgabe.is_held_by(actor.sub):
                raise
        if aufgabe.claim(actor.sub, actor.name):
            uow.record(AufgabeClaimed(aufgabe, clock.now()))
            uow.audit("aufgabe.claimed", "aufgabe", aufgabe.id)
        await uow.commit(aufgabe)
        return aufgabe
