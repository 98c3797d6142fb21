"""What workflow's acts need from the outside."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

from dms_kit.core.access import AccessScope, Directory, Responsibility, Unit
from dms_kit.core.actor import Actor
from dms_workflow.domain.aufgabe import Aufgabe, VorgangFacts
from dms_workflow.use_cases.queries import AufgabeFilter, Paging

# Adapters know this module alone, so what a list is asked with is named here too.
__all__ = [
    "LEAD",
    "READ",
    "WORK",
    "AufgabeFilter",
    "AufgabeRepository",
    "CheckVersion",
    "OpenUnitOfWork",
    "OrganisationProjection",
    "Paging",
    "Scopes",
    "UnitOfWork",
]

READ = "aufgabe:read"
WORK = "aufgabe:work"
LEAD = "aufgabe:lead"

CheckVersion = Callable[[int], None]
"""Raises PreconditionRequiredError or PreconditionFailedError unless the caller knows this row version."""


class Scopes(Protocol):
    """Resolves what an actor may do, from workflow's own projection of the organisation."""

    async def scope(self, actor: Actor) -> AccessScope:
        """Return the actor's scope, at most five seconds old."""
        ...

    async def directory(self, mandant: str) -> Directory:
        """Return the offices and Zuständigkeiten of a Mandant, at most five seconds old."""
        ...


class AufgabeRepository(Protocol):
    """The Aufgaben of the transaction's Mandant."""

    def add(self, aufgabe: Aufgabe) -> None:
        """Insert the Aufgabe on commit."""
        ...

    async def get(self, aufgabe_id: UUID, scope: AccessScope) -> Aufgabe | None:
        """Return an Aufgabe if the scope may read it."""
        ...

    async def get_for_update(self, aufgabe_id: UUID, scope: AccessScope) -> Aufgabe | None:
        """Return the same with its row locked to the end: of many who want it each sees what the one before did."""
        ...

    async def page(
        self,
        scope: AccessScope,
        filters: AufgabeFilter,
        paging: Paging,
        *,
        zustaendigkeiten: frozenset[UUID] | None,
    ) -> Sequence[Aufgabe]:
        """Return up to `limit` + 1 Aufgaben that the scope may read; `zustaendigkeiten` narrows to an office."""
        ...

    async def exists_for(self, vorgang_id: UUID) -> bool:
        """Say whether the Vorgang has an Aufgabe, open or not."""
        ...

    async def apply_vorgang(self, vorgang: VorgangFacts) -> Sequence[UUID]:
        """Take over newer facts of a Vorgang; return the Aufgaben that look different now."""
        ...


class OrganisationProjection(Protocol):
    """Workflow's own small copy of the organisation, by which rights are decided."""

    async def apply_unit(self, unit: Unit, *, name: str, version: int) -> None:
        """Upsert an Organisationseinheit; an older version is ignored."""
        ...

    async def apply_responsibility(self, row: Responsibility, *, version: int) -> None:
        """Upsert a Zuständigkeit; an older version is ignored."""
        ...


class UnitOfWork(Protocol):
    """One transaction of workflow for one Mandant; leaving it without `commit` rolls back."""

    aufgaben: AufgabeRepository
    organisation: OrganisationProjection

    @property
    def mandant(self) -> str:
        """Return the Mandant of the transaction."""
        ...

    def record(self, event: object) -> None:
        """Note a domain event; it leaves by the outbox if the transaction commits."""
        ...

    def audit(
        self, action: str, object_type: str, object_id: UUID, values: Mapping[str, str | int | None] | None = None
    ) -> None:
        """Note an act for the Protokoll; without its entry the transaction does not commit."""
        ...

    async def commit(self, answer: object | None = None) -> None:
        """Commit rows, audit entries, outbox rows and the stored answer together."""
        ...


OpenUnitOfWork = Callable[[], AbstractAsyncContextManager[UnitOfWork]]
