"""What the use cases need of offices."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from dms_records.domain.organisationseinheit import Organisationseinheit
from dms_records.domain.zustaendigkeit import Zustaendigkeit


class Organisation(Protocol):
    """Offices and Zuständigkeiten."""

    async def all(self) -> Sequence[Organisationseinheit]:
        """Return every office of the Mandant."""
        ...

    async def by_schluessel(self, schluessel: str) -> Organisationseinheit | None:
        """Return the office with this key."""
        ...

    async def get(self, organisationseinheit_id: UUID) -> Organisationseinheit:
        """Return an office that is known to exist."""
        ...

    async def obtain_zustaendigkeit(
        self, aktenplaneinheit_id: UUID, organisationseinheit_id: UUID, *, today: date
    ) -> tuple[Zustaendigkeit, bool]:
        """Return the open Zuständigkeit of the pair, created when missing, and whether it was created just now."""
        ...

    def add(self, organisationseinheit: Organisationseinheit) -> None:
        """Add a new office."""
        ...
