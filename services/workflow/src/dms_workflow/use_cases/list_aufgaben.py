"""List Aufgaben."""

from dms_kit.core.actor import Actor
from dms_workflow.use_cases.ports import OpenUnitOfWork, Scopes
from dms_workflow.use_cases.queries import AufgabeFilter, AufgabePage, Paging


async def list_aufgaben(
    filters: AufgabeFilter, paging: Paging, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> AufgabePage:
    """Return a page of what the actor may read, by due date; the scope is part of the query (rights model)."""
    scope = await scopes.scope(actor)
    zustaendigkeiten = None
    if filters.organisationseinheit is not None:
        directory = await scopes.directory(actor.mandant)
        zustaendigkeiten = directory.responsibilities_of([filters.organisationseinheit])
    async with unit_of_work() as uow:
        found = await uow.aufgaben.page(scope, filters, paging, zustaendigkeiten=zustaendigkeiten)
    items = found[: paging.limit]
    last = items[-1] if len(found) > paging.limit else None
    return AufgabePage(items, (last.faellig_am, last.id) if last else None)
