"""What sending a file in parts needs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dms_records.domain.upload import Upload, UploadTeil


class Uploads(Protocol):
    """Uploads of persons, and their parts."""

    async def get(self, upload_id: UUID, *, sub: str, moment: datetime, hold: bool = False) -> Upload | None:
        """Return an Upload of that person whose time is not over, locked when it is to change."""
        ...

    async def teile(self, upload_id: UUID) -> Sequence[UploadTeil]:
        """Return the parts in their order."""
        ...

    def add(self, row: Upload | UploadTeil) -> None:
        """Add a new Upload or a part."""
        ...

    async def forget_teile(self, upload_id: UUID, *, from_start: int = 0) -> None:
        """Forget the parts from a place on; their objects are the reaper's."""
        ...

    async def remove(self, upload: Upload) -> None:
        """Forget an Upload with its parts."""
        ...

    async def remove_due(self, moment: datetime) -> int:
        """Forget all whose time is over; return how many."""
        ...
