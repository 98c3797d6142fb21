"""Read one Aufgabe."""

from uuid import UUID

from dms_kit.core.access import AccessObject, AccessScope, Rank
from dms_kit.core.actor import Actor
from dms_kit.core.errors import ForbiddenError, NotFoundError
from dms_workflow.domain.aufgabe import Aufgabe
from dms_workflow.use_cases.ports import LEAD, WORK, OpenUnitOfWork, Scopes, UnitOfWork


async def get_aufgabe(aufgabe_id: UUID, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork) -> Aufgabe:
    """Return an Aufgabe of an office in which the actor may read; any other looks as if it did not exist."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        aufgabe = await uow.aufgaben.get(aufgabe_id, scope)
    if aufgabe is None:
        raise NotFoundError
    return aufgabe


async def get_aufgabe_to_work_on(aufgabe_id: UUID, *, scope: AccessScope, uow: UnitOfWork) -> Aufgabe:
    """Return an Aufgabe locked for an act: 404 if the actor may not see it, 403 if only that (order of the answer)."""
    aufgabe = await uow.aufgaben.get_for_update(aufgabe_id, scope)
    if aufgabe is None:
        raise NotFoundError
    if not scope.permits(WORK, _access_object(aufgabe)):
        raise ForbiddenError
    return aufgabe


def leads(scope: AccessScope, aufgabe: Aufgabe) -> bool:
    """Say whether the actor leads the office of the Aufgabe (rights model: leitung assigns tasks)."""
    return scope.permits(LEAD, _access_object(aufgabe))


def _access_object(aufgabe: Aufgabe) -> AccessObject:
    return AccessObject(aufgabe.mandant, aufgabe.zustaendigkeit_id, Rank(aufgabe.rang), aufgabe.abgeschirmt)
