"""List the Akten that the reader may see."""

from dataclasses import replace

from dms_kit.core.actor import Actor
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import AkteFilter, AkteRow, Paging, Rows


async def list_akten(
    filters: AkteFilter,
    paging: Paging,
    *,
    federfuehrende_oe: str | None,
    actor: Actor,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
) -> Rows[AkteRow]:
    """Return a page of Akten within the reader's scope; lists leave no entry in the Protokoll (rights model)."""
    if federfuehrende_oe is not None:
        directory = await scopes.directory(actor.mandant)
        filters = replace(filters, zustaendigkeiten=directory.responsibilities_of([federfuehrende_oe]))
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        return await uow.queries.akten(scope, filters, paging)
