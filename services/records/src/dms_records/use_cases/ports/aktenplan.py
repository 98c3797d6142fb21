"""What the use cases need of the Aktenplan."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from dms_records.domain.ablageregel import Ablageregel
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit


class Aktenplan(Protocol):
    """The plan and the rules that lead into it."""

    async def all(self) -> Sequence[Aktenplaneinheit]:
        """Return every unit of the plan."""
        ...

    async def path(self, aktenplaneinheit_id: UUID) -> Sequence[Aktenplaneinheit]:
        """Return a unit and all units above it, nearest first."""
        ...

    async def by_schluessel(self, schluessel: str) -> Aktenplaneinheit | None:
        """Return the unit with this key."""
        ...

    async def regeln(self, leistung: str | None = None) -> Sequence[Ablageregel]:
        """Return all rules, or those whose Leistung is a prefix of (or equal to) this key."""
        ...

    def add(self, row: Aktenplaneinheit | Ablageregel) -> None:
        """Add a new unit or rule."""
        ...

    async def remove(self, regel: Ablageregel) -> None:
        """Remove a rule."""
        ...
