"""List the Verweise of one object, in both directions."""

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.domain.schriftgut import SchriftgutBezug
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import Paging, Rows, VerweisFilter, VerweisRow


async def list_verweise(
    bezug: SchriftgutBezug,
    filters: VerweisFilter,
    paging: Paging,
    *,
    actor: Actor,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
) -> Rows[VerweisRow]:
    """
    Return a page of the Verweise from and to an object.

    One whose other end the reader may not read is left out, as in every list (rights model).
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        rows = await uow.verweise.page(scope, bezug, filters, paging)
    if rows is None:
        raise NotFoundError
    return rows
