"""What the use cases need of Akten, Vorgänge and Dokumente."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dms_records.domain.akte import Akte
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.vorgang import Vorgang, VorgangAufgabe


@dataclass(frozen=True, kw_only=True)
class Geschwister:
    """What the siblings of an object say about its position number."""

    taken: bool
    numbered: bool
    unnumbered: bool


class Schriftgut(Protocol):
    """Akten, Vorgänge and Dokumente."""

    async def hold_all(self) -> None:
        """
        Have everybody wait who changes Akten, Vorgänge or Dokumente of the Mandant, until the end of the transaction.

        For who takes a whole tree; called before anything else is held.
        """
        ...

    async def akte_to_change(self, akte_id: UUID) -> Akte | None:
        """Return an Akte, its row held until the end of the transaction."""
        ...

    async def akte_above(self, akte_id: UUID, *, alone: bool = False) -> Akte | None:
        """
        Return an Akte in which something is to be done: nobody closes it before the end of the transaction.

        Others may do something in it at the same time, unless `alone`, or work on it has yet to begin.
        """
        ...

    async def vorgang_to_change(self, vorgang_id: UUID) -> Vorgang | None:
        """Return a Vorgang, its row held until the end of the transaction."""
        ...

    async def vorgang_above(self, vorgang_id: UUID, *, alone: bool = False) -> Vorgang | None:
        """Return a Vorgang below which something is to be done: nobody closes it before the end."""
        ...

    async def open_below(self, objekt: Akte | Vorgang) -> int:
        """Return how many Teilakten, Vorgänge or Teilvorgänge directly below are not zdA."""
        ...

    async def siblings(self, objekt: Akte | Vorgang, position: int | None) -> Geschwister:
        """Return what the siblings of an object below another say about a position number for it."""
        ...

    async def sammelakte(self, aktenplaneinheit_id: UUID, zustaendigkeit_id: UUID, jahr: int) -> Akte | None:
        """Return the Sammelakte of a year; when there is none, hold back others who would create it now."""
        ...

    async def vorgang(self, vorgang_id: UUID) -> Vorgang | None:
        """Return a Vorgang."""
        ...

    async def below(self, objekt: Akte | Vorgang) -> Sequence[Akte | Vorgang]:
        """Return all Teilakten, Vorgänge and Teilvorgänge below, their rows held until the end."""
        ...

    async def dokumente_in(self, vorgaenge: Sequence[Vorgang]) -> Sequence[tuple[Dokument, Dokumentversion]]:
        """Return all Dokumente of Vorgänge with their current versions, their rows held until the end."""
        ...

    async def set_geschaeftszeichen(self, objekt_id: UUID, zeichen: Sequence[str]) -> None:
        """Have an object found by exactly these numbers besides its own."""
        ...

    async def add_geschaeftszeichen(self, zeichen: Sequence[tuple[UUID, str]]) -> None:
        """Have objects found by one more number each."""
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

    async def delete_akte(self, akte: Akte) -> None:
        """Delete an Akte that is held and in which nothing lies, with its Beteiligte."""
        ...

    async def next_number(self, bereich_id: UUID, jahr: int = 0, *, count: int = 1) -> int:
        """Take `count` running numbers of a plan unit, Akte or Vorgang; return the last; holds its row to the end."""
        ...

    async def is_given(self, aktenzeichen: str) -> bool:
        """Say whether an Akte has this Aktenzeichen, or anything had it before it moved."""
        ...

    async def note_access(self, dokumentversion_id: UUID, sub: str, *, moment: datetime) -> bool:
        """Note a range read; False when the same actor read the same version less than five minutes ago."""
        ...
