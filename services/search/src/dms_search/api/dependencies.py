"""What search's routes need, as `main.create_app` puts it on the app's state."""

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.idempotency import Idempotency
from dms_search.use_cases.ports import Backlog, OpenUnitOfWork, Scopes, SearchIndex


class Units(Protocol):
    """Makes units of work for requests."""

    def for_actor(self, actor: Actor, *, idempotency: Idempotency | None = None) -> OpenUnitOfWork:
        """Return the opener of an actor's request."""
        ...


@dataclass(frozen=True, kw_only=True)
class Search:
    """The parts of search behind its routes."""

    units: Units
    scopes: Scopes
    index: SearchIndex
    backlog: Backlog
    clock: Clock


def _search(request: Request) -> Search:
    search: Search = request.app.state.search
    return search


SearchParts = Annotated[Search, Depends(_search)]
