"""What republishing needs."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from dms_records.domain.events import RecordsEvent


class Bestand(Protocol):
    """Everything living, page by page in the order of ids, to be published again."""

    async def page(self, noun: str, after: UUID | None, *, limit: int) -> Sequence[tuple[UUID, RecordsEvent]]:
        """Return the facts of the next objects of one noun of `NOUNS` with their ids."""
        ...

    async def find(self, noun: str, ids: Collection[UUID]) -> Sequence[RecordsEvent]:
        """Return the facts of those of these objects that are living."""
        ...
