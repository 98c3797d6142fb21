"""Rows of the Protokoll of one object."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dms_records.domain.protokoll import ProtokollAenderung


@dataclass(frozen=True, kw_only=True)
class ProtokollObjekt:
    """The object that is asked for: `akte`, `vorgang` or `dokument`, and its id."""

    art: str
    id: UUID


@dataclass(frozen=True, kw_only=True)
class ProtokollPlatz:
    """A place in a list: `stelle` counts the fields of the act `eintrag` that came before."""

    eintrag: int
    stelle: int


@dataclass(frozen=True, kw_only=True)
class ProtokollFrage:
    """What is asked for: acts of one kind, of one actor, of some days, reads or none; from where on and how much."""

    aktion: str | None
    lesen: bool
    descending: bool
    limit: int
    after: ProtokollPlatz | None
    akteur: str | None = None
    ab: datetime | None = None
    vor: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ProtokollRow:
    """One field of one act; `nummer` is None until it is sealed, `geloescht` when its values were erased."""

    eintrag: int
    stelle: int
    nummer: int | None
    datum_uhrzeit: datetime
    akteur: str
    aktion: str
    aenderung: ProtokollAenderung
    geloescht: bool


@dataclass(frozen=True)
class ProtokollRows:
    """A page, and the place behind it if there is more."""

    items: Sequence[ProtokollRow]
    next: ProtokollPlatz | None


class ProtokollQueries(Protocol):
    """Reads of the Protokoll."""

    async def knows(self, objekt: ProtokollObjekt) -> bool:
        """Say whether anything was ever written down about the object."""
        ...

    async def protokoll(self, objekt: ProtokollObjekt, frage: ProtokollFrage) -> ProtokollRows:
        """Return a page of what was done to the object."""
        ...
