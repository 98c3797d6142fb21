"""Read the content of a Dokument."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import NotFoundError
from dms_records.domain.virenpruefung import VirenpruefungRegel
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import InhaltRow


@dataclass(frozen=True, kw_only=True)
class ReadInhalt:
    """Which version (the current one without `nummer`), and whether only a range of it, or nothing but its facts."""

    dokument_id: UUID
    nummer: int | None = None
    is_range: bool = False
    is_head: bool = False


async def read_inhalt(
    command: ReadInhalt,
    *,
    actor: Actor,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
    regel: VirenpruefungRegel,
) -> InhaltRow:
    """
    Give access to a version's file once the read is in the Protokoll; what is `befallen` or damaged is never served.

    Range requests of one actor on one version within five minutes count once (rights model).
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        row = await uow.queries.inhalt(scope, command.dokument_id, command.nummer)
        if row is None:
            raise NotFoundError
        regel.check_served(row.pruefstatus, row.befund)
        row.check_whole()
        if command.is_head:
            return row
        is_new = await uow.schriftgut.note_access(row.objekt_id, actor.sub, moment=clock.now())
        if is_new or not command.is_range:
            uow.audit("dokument.content_read", "dokument", row.dokument_id, {"dokumentversion": str(row.objekt_id)})
        await uow.commit()
    return row
