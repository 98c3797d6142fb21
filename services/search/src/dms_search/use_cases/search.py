"""Find Akten, Vorgänge and Dokumente."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_search.domain.suchanfrage import Suchanfrage
from dms_search.domain.treffer import Trefferposition, Trefferseite
from dms_search.use_cases.ports import Backlog, OpenUnitOfWork, Scopes, SearchIndex


@dataclass(frozen=True, kw_only=True)
class Suchergebnis:
    """A page of hits, whose they are (Zuständigkeit → Schlüssel of its office), and up to when facts are in."""

    seite: Trefferseite
    schluessel: Mapping[UUID, str]
    indexiert_bis: datetime | None


async def search(
    anfrage: Suchanfrage,
    *,
    actor: Actor,
    position: Trefferposition | None,
    limit: int,
    index: SearchIndex,
    scopes: Scopes,
    backlog: Backlog,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> Suchergebnis:
    """
    Search within the rights of the actor, which are a part of the question.

    Source: the rights model; the responsible office is resolved when read, so a reorganisation changes no index entry.
    """
    # Asked before the index is read: what was indexed by then is in the answer.
    indexiert_bis = await _indexiert_bis(backlog, unit_of_work, clock)
    directory = await scopes.directory(actor.mandant)
    oe = anfrage.federfuehrende_oe
    seite = await index.search(
        anfrage,
        scope=await scopes.scope(actor),
        zustaendigkeiten=None if oe is None else directory.responsibilities_of([oe]),
        position=position,
        limit=limit,
    )
    return Suchergebnis(seite=seite, schluessel=directory.unit_keys(), indexiert_bis=indexiert_bis)


async def _indexiert_bis(backlog: Backlog, unit_of_work: OpenUnitOfWork, clock: Clock) -> datetime | None:
    now = clock.now()
    if await backlog.is_empty():
        return now
    async with unit_of_work() as uow:
        return await uow.indexstaende.get()
