"""Judge the creation of a Dokument before its file is sent."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.create_dokument import OPERATION
from dms_records.use_cases.hold_dokument import check_permitted, check_writable
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes


async def prepare_create(
    vorgang_id: UUID, *, key: str | None, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> bool:
    """Refuse what would be refused after the upload; say whether the request is a repetition."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        if key is not None and await uow.is_answered(client=actor.client, operation=OPERATION, key=key):
            return True
        vorgang = await uow.dokumente.vorgang(scope, vorgang_id)
        if vorgang is None:
            raise NotFoundError
        check_permitted(vorgang, scope)
        check_writable(vorgang)
    return False
