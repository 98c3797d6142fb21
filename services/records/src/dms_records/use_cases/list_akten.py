"""List the Akten that the reader may see."""

from dataclasses import replace

from dms_kit.core.actor import Actor
from dms_records.use_cases.filtering import narrowed
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
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        filters = await narrowed(uow, filters, federfuehrende_oe, scopes)
        if filters.frist_ab is not None or filters.frist_bis is not None:
            filters = replace(filters, fristen=await uow.queries.fristen())
        return await uow.queries.akten(scope, filters, paging)
