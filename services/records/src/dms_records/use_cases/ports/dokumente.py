"""What those who change a Dokument need."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dms_kit.core.access import AccessScope
from dms_records.domain.bearbeitungssperre import Bearbeitungssperre
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.vorgang import Vorgang


class Dokumente(Protocol):
    """Dokumente that are changed: who holds one keeps all others waiting until the end of the transaction."""

    async def hold(self, scope: AccessScope, dokument_id: UUID) -> Dokument | None:
        """Return a Dokument that the scope may read, locked; what lies in the Papierkorb is not there."""
        ...

    async def hold_discarded(self, scope: AccessScope, dokument_id: UUID) -> Dokument | None:
        """Return a Dokument in the Papierkorb that the scope may read, locked."""
        ...

    async def due(self, moment: datetime, *, limit: int) -> Sequence[Dokument]:
        """Return Dokumente in the Papierkorb whose time is over at that moment, locked."""
        ...

    async def vorgang(self, scope: AccessScope, vorgang_id: UUID) -> Vorgang | None:
        """Return a Vorgang that the scope may read; nobody changes it before the end of the transaction."""
        ...

    async def vorgang_of(self, dokument: Dokument) -> Vorgang:
        """Return the Vorgang of a Dokument; nobody changes it before the end of the transaction."""
        ...

    async def aktenplaneinheit_id(self, dokument: Dokument) -> UUID:
        """Return the unit of the plan under which its Akte lies."""
        ...

    async def inhalt(self, dokument: Dokument, nummer: int) -> Dokumentversion | None:
        """Return one version."""
        ...

    async def has_final(self, dokument: Dokument) -> bool:
        """Say whether any version is final."""
        ...

    async def destroy(self, dokument: Dokument) -> int:
        """Delete the Dokument with its versions, Verweise and check-out; return the number of versions."""
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
