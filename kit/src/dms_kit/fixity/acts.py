"""The transaction in which the acts of fixity happen."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.fixity.quarantine import Quarantine
from dms_kit.fixity.runs import Runs


class UnitOfWork(Protocol):
    """One transaction of a service that owns objects."""

    @property
    def quarantine(self) -> Quarantine:
        """Return the quarantine of the Mandant."""
        ...

    @property
    def runs(self) -> Runs:
        """Return the scrub runs of the Mandant."""
        ...

    def audit(
        self, action: str, object_type: str, object_id: UUID, values: Mapping[str, str | int | None] | None = None
    ) -> None:
        """Note an act for the audit trail."""
        ...

    async def commit(self, answer: object | None = None) -> None:
        """Commit everything together, or nothing."""
        ...


OpenUnitOfWork = Callable[[], AbstractAsyncContextManager[UnitOfWork]]


class Units(Protocol):
    """Opens transactions."""

    def for_actor(self, actor: Actor) -> OpenUnitOfWork:
        """Return the opener of an actor's request."""
        ...

    def for_mandant(self, mandant: str) -> OpenUnitOfWork:
        """Return the opener of an act of the system."""
        ...
