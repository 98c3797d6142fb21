"""What the use cases need: a unit of work with its repositories, and the resolver of scopes."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from dms_kit.core.access import AccessScope, Directory
from dms_kit.core.actor import Actor
from dms_records.domain.ablageregel import Ablageregel
from dms_records.domain.akte import Akte
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.eingang import Eingang, EingangAnlage
from dms_records.domain.events import RecordsEvent
from dms_records.domain.organisationseinheit import Organisationseinheit
from dms_records.domain.posteingang import Posteingang
from dms_records.domain.virenpruefung import Virenpruefung
from dms_records.domain.vorgang import Vorgang, VorgangAufgabe
from dms_records.domain.zustaendigkeit import Zustaendigkeit
from dms_records.use_cases.queries import (
    READ,
    AkteFilter,
    AktenplanRow,
    AkteRow,
    AnlageRow,
    BefundRow,
    DokumentRow,
    InhaltRow,
    OrganisationseinheitRow,
    Paging,
    PosteingangRow,
    Queries,
    Rows,
    VorgangFilter,
    VorgangRow,
)

# Adapters know this module alone, so what the read port answers with is named here too.
__all__ = [
    "READ",
    "AkteFilter",
    "AkteRow",
    "Aktenplan",
    "AktenplanRow",
    "AnlageRow",
    "BefundRow",
    "Bestand",
    "DokumentRow",
    "Eingaenge",
    "InhaltRow",
    "OpenUnitOfWork",
    "Organisation",
    "OrganisationseinheitRow",
    "Paging",
    "PosteingangRow",
    "Queries",
    "Rows",
    "ScanBrokenError",
    "Schriftgut",
    "Scopes",
    "UngepruefteDatei",
    "UngepruefteDateien",
    "UnitOfWork",
    "Virenpruefungen",
    "VirusScanner",
    "VorgangFilter",
    "VorgangRow",
]


class Scopes(Protocol):
    """Resolves what an actor may do, from records' own tables."""

    async def scope(self, actor: Actor) -> AccessScope:
        """Return the actor's scope, at most five seconds old."""
        ...

    async def directory(self, mandant: str) -> Directory:
        """Return the offices and Zuständigkeiten of a Mandant, at most five seconds old."""
        ...


class Organisation(Protocol):
    """Offices and Zuständigkeiten."""

    async def all(self) -> Sequence[Organisationseinheit]:
        """Return every office of the Mandant."""
        ...

    async def by_schluessel(self, schluessel: str) -> Organisationseinheit | None:
        """Return the office with this key."""
        ...

    async def get(self, organisationseinheit_id: UUID) -> Organisationseinheit:
        """Return an office that is known to exist."""
        ...

    async def obtain_zustaendigkeit(
        self, aktenplaneinheit_id: UUID, organisationseinheit_id: UUID, *, today: date
    ) -> tuple[Zustaendigkeit, bool]:
        """Return the open Zuständigkeit of the pair, created when missing, and whether it was created just now."""
        ...

    def add(self, organisationseinheit: Organisationseinheit) -> None:
        """Add a new office."""
        ...


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


class Schriftgut(Protocol):
    """Akten, Vorgänge and Dokumente."""

    async def sammelakte(self, aktenplaneinheit_id: UUID, zustaendigkeit_id: UUID, jahr: int) -> Akte | None:
        """Return the Sammelakte of a year; when there is none, hold back others who would create it now."""
        ...

    async def vorgang(self, vorgang_id: UUID) -> Vorgang | None:
        """Return a Vorgang."""
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

    async def note_access(self, dokumentversion_id: UUID, sub: str, *, moment: datetime) -> bool:
        """Note a range read; False when the same actor read the same version less than five minutes ago."""
        ...


class Bestand(Protocol):
    """Everything living, page by page in the order of ids, to be published again."""

    async def page(self, noun: str, after: UUID | None, *, limit: int) -> Sequence[tuple[UUID, RecordsEvent]]:
        """Return the facts of the next objects of one noun of `NOUNS` with their ids."""
        ...


class ScanBrokenError(Exception):
    """Raised by `VirusScanner.scan` when it broke off at this file; it is tried again later, the next ones go on."""


class VirusScanner(Protocol):
    """Looks for viruses in a stream of bytes."""

    async def scan(self, chunks: AsyncIterator[bytes], *, groesse: int) -> Virenpruefung:
        """
        Return the result of a file of `groesse` bytes, which is read once and perhaps not to its end.

        `UnavailableError` when the scanner does not answer at all, ScanBrokenError when it broke off at this file. What
        it cannot look into as a whole is never `sauber`. Errors of `chunks` are passed on.
        """
        ...

    async def ping(self) -> None:
        """Raise `UnavailableError` when the scanner does not answer."""
        ...


@dataclass(frozen=True, kw_only=True)
class UngepruefteDatei:
    """A file that waits for the scan; `sha256` is hex, `groesse` in bytes."""

    mandant: str
    objekt_key: str
    groesse: int
    sha256: str


class UngepruefteDateien(Protocol):
    """The files that wait for the scan, of all Mandanten."""

    async def newest(self, *, without: Collection[str], limit: int) -> Sequence[UngepruefteDatei]:
        """Return files that wait, the newest first, but for those of the given keys."""
        ...


class Virenpruefungen(Protocol):
    """The rows that name scanned objects, held until the end of the transaction."""

    async def inhalte(self, objekt_keys: Collection[str]) -> Sequence[tuple[Dokument, Dokumentversion]]:
        """Return the versions whose files these are, with their Dokumente."""
        ...

    async def anlagen(self, objekt_keys: Collection[str]) -> Sequence[EingangAnlage]:
        """Return the files of Eingänge that these are."""
        ...

    def set_dokument(self, dokument: Dokument) -> None:
        """Give the Dokument its next row version: what is shown of it has changed."""
        ...

    async def set_posteingaenge(self, antrag_ids: Collection[UUID]) -> None:
        """Give the items of the Posteingang their next row versions, of those Anträge that still wait there."""
        ...

    async def reopen(self) -> int:
        """Let all files wait again that could not be scanned; return how many."""
        ...


class UnitOfWork(Protocol):
    """One transaction for one Mandant."""

    organisation: Organisation
    aktenplan: Aktenplan
    eingaenge: Eingaenge
    schriftgut: Schriftgut
    bestand: Bestand
    virenpruefungen: Virenpruefungen
    queries: Queries

    @property
    def mandant(self) -> str:
        """Return the Mandant of the transaction."""
        ...

    async def flush(self) -> None:
        """Send changes to the database, so that the versions of changed objects are known and held."""
        ...

    def record(self, event: object) -> None:
        """Note a fact that leaves with the commit."""
        ...

    def record_republished(self, event: object, *, group: str, run: str) -> None:
        """Note a fact again for one consuming group."""
        ...

    def audit(
        self, action: str, object_type: str, object_id: UUID, values: Mapping[str, str | int | None] | None = None
    ) -> None:
        """Note an act for the Protokoll."""
        ...

    async def commit(self, answer: object | None = None) -> None:
        """Commit everything together, or nothing."""
        ...


OpenUnitOfWork = Callable[[], AbstractAsyncContextManager[UnitOfWork]]
