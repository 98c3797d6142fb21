"""List the Beteiligte of one Akte or Vorgang."""

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.domain.schriftgut import SchriftgutBezug
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import BeteiligterRow, Paging, Rows


async def list_beteiligte(
    bezug: SchriftgutBezug,
    paging: Paging,
    *,
    rolle: str | None,
    actor: Actor,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
) -> Rows[BeteiligterRow]:
    """
    Return a page of Beteiligte to who may read their object, and to nobody else.

    Unlike other lists it is about persons, so the first page of each reading is in the Protokoll of the object.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        rows = await uow.beteiligte.page(scope, bezug, rolle=rolle, paging=paging)
        if rows is None:
            raise NotFoundError
        if paging.after is None:
            uow.audit(f"{bezug.art}.beteiligte_read", bezug.art, bezug.id)
            await uow.commit()
    return rows
