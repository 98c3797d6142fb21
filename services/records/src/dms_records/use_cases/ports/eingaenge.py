"""What the use cases need of Eingänge."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from dms_records.domain.eingang import Eingang, EingangAnlage
from dms_records.domain.posteingang import Posteingang


class Eingaenge(Protocol):
    """What came in, filed or waiting."""

    async def exists(self, antrag_id: UUID) -> bool:
        """Say whether the Antrag was received before."""
        ...

    async def get(self, antrag_id: UUID) -> Eingang:
        """Return an Eingang that is known to exist."""
        ...

    async def anlagen(self, antrag_id: UUID) -> Sequence[EingangAnlage]:
        """Return the files of an Eingang by position."""
        ...

    async def posteingang(self, posteingang_id: UUID) -> Posteingang | None:
        """Return an item of the Posteingang, locked until the end of the transaction."""
        ...

    def add(self, eingang: Eingang, anlagen: Sequence[EingangAnlage], posteingang: Posteingang | None) -> None:
        """Add an Eingang with its files, and its place in the Posteingang when it waits there."""
        ...
