"""What the use cases need of Akten, Vorgänge and Dokumente."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dms_records.domain.akte import Akte
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.vorgang import Vorgang, VorgangAufgabe


class Schriftgut(Protocol):
    """Akten, Vorgänge and Dokumente."""

    async def sammelakte(self, aktenplaneinheit_id: UUID, zustaendigkeit_id: UUID, jahr: int) -> Akte | None:
        """Return the Sammelakte of a year; when there is none, hold back others who would create it now."""
        ...

    async def vorgang(self, vorgang_id: UUID) -> Vorgang | None:
        """Return a Vorgang."""
        ...

    async def akte(self, akte_id: UUID) -> Akte | None:
        """Return an Akte, locked until the end; nothing is filed in it meanwhile."""
        ...

    async def hand_over(
        self, akte: Akte, zustaendigkeit_id: UUID
    ) -> tuple[Sequence[Vorgang], Sequence[tuple[Dokument, Dokumentversion]]]:
        """
        Give all that lies in an Akte another Zuständigkeit, with the same few statements however much it is.

        Return it at its new row versions, Dokumente with their current files.
        """
        ...

    async def aufgabe(self, aufgabe_id: UUID, vorgang_id: UUID) -> VorgangAufgabe:
        """Return what is known of an Aufgabe (version 0 for an unknown one), locked until the end."""
        ...

    async def aufgaben(self, vorgang_id: UUID) -> Sequence[VorgangAufgabe]:
        """Return the known Aufgaben of a Vorgang."""
        ...

    def add(self, *rows: Akte | Vorgang | Dokument | Dokumentversion) -> None:
        """Add new objects."""
        ...

    async def next_number(self, bereich_id: UUID, jahr: int = 0, *, count: int = 1) -> int:
        """Take `count` running numbers of a plan unit, Akte or Vorgang; return the last; holds its row to the end."""
        ...

    async def is_given(self, aktenzeichen: str) -> bool:
        """Say whether an Akte has this Aktenzeichen."""
        ...

    async def note_access(self, dokumentversion_id: UUID, sub: str, *, moment: datetime) -> bool:
        """Note a range read; False when the same actor read the same version less than five minutes ago."""
        ...
