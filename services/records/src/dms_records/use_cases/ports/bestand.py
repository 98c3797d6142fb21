"""What republishing needs."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from dms_records.domain.events import RecordsEvent


class Bestand(Protocol):
    """Everything living, page by page in the order of ids, to be published again."""

    async def page(self, noun: str, after: UUID | None, *, limit: int) -> Sequence[tuple[UUID, RecordsEvent]]:
        """Return the facts of the next objects of one noun of `NOUNS` with their ids."""
        ...
