"""Judge a check-in before its file is sent."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_records.domain.bearbeitungssperre import check_held
from dms_records.use_cases.hold_dokument import check_open, hold_dokument
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes

OPERATION = "check_in_dokument"


@dataclass(frozen=True, kw_only=True)
class PrepareCheckin:
    """Which Dokument, and the idempotency key of the request when it has one."""

    dokument_id: UUID
    key: str | None


async def prepare_checkin(
    command: PrepareCheckin,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> bool:
    """
    Refuse what would be refused after the upload, so that nobody sends two gigabytes for a 409.

    Say whether the request is a repetition: then its body is only hashed, and the stored answer is sent again.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        if command.key is not None and await uow.is_answered(client=actor.client, operation=OPERATION, key=command.key):
            return True
        dokument = await hold_dokument(command.dokument_id, uow=uow, scope=scope)
        check_version(dokument.version)
        await check_open(uow, dokument)
        check_held(await uow.dokumente.sperre(dokument), clock.now(), sub=actor.sub)
    return False
