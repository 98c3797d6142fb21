"""What those who change a Dokument need."""

from typing import Protocol
from uuid import UUID

from dms_kit.core.access import AccessScope
from dms_records.domain.bearbeitungssperre import Bearbeitungssperre
from dms_records.domain.dokument import Dokument, Dokumentversion


class Dokumente(Protocol):
    """Dokumente that are changed: who holds one keeps all others waiting until the end of the transaction."""

    async def hold(self, scope: AccessScope, dokument_id: UUID) -> Dokument | None:
        """Return a Dokument that the scope may read, locked."""
        ...

    async def vorgang_status(self, dokument: Dokument) -> str:
        """Return the status of its Vorgang, which nobody changes before the end of the transaction."""
        ...

    async def sperre(self, dokument: Dokument) -> Bearbeitungssperre | None:
        """Return its last check-out unless it was ended by somebody; its time may be over."""
        ...

    async def remove(self, sperre: Bearbeitungssperre) -> None:
        """Forget a check-out."""
        ...

    def add(self, *rows: Dokument | Dokumentversion | Bearbeitungssperre) -> None:
        """Add new rows."""
        ...

    def touch(self, dokument: Dokument) -> None:
        """Give the Dokument its next row version: what is shown of it has changed."""
        ...
