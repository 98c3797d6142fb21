"""What the acts of search need from outside."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dms_kit.core.access import AccessScope, Directory, Responsibility, Unit
from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_search.domain.indexeintrag import Indexeintrag
from dms_search.domain.indexlauf import Indexlauf
from dms_search.domain.suchanfrage import Suchanfrage
from dms_search.domain.treffer import Trefferposition, Trefferseite
from dms_search.domain.volltext import Volltext


@dataclass(frozen=True)
class IndexState:
    """Which run built the index that answers (None: there is none that can), and which one is being built."""

    current: str | None
    building: str | None


class SearchIndex(Protocol):
    """
    The index of all Mandanten: written by one process, read by many.

    Named by the run that built it. `UnavailableError` when it does not answer, `StorageFullError` when it cannot grow.
    """

    async def upsert(self, eintraege: Sequence[Indexeintrag]) -> None:
        """
        Make the entries durable and findable, in the current index and in the one being built.

        Of one object only the newest version stays; one that the index has already, or an older one, is ignored. A
        newer version that is `entfernt` takes the object out; messages of one object come in order.
        """
        ...

    async def search(
        self,
        anfrage: Suchanfrage,
        *,
        scope: AccessScope,
        zustaendigkeiten: Collection[UUID] | None,
        position: Trefferposition | None,
        limit: int,
    ) -> Trefferseite:
        """
        Return a page; hits, counts, facets and highlights hold only what the scope permits.

        `zustaendigkeiten` restricts further. Without a position the newest state is read and kept for five minutes;
        with one the same state is read again, but for what may not be read in the newest one: CursorAbgelaufenError
        when it is gone or 10,000 hits were given.
        """
        ...

    async def versions(self, mandant: str) -> Mapping[str, int]:
        """Return the version of every entry of a Mandant in the current index, by its Schlüssel; for checks only."""
        ...

    async def remove(self, schluessel: Collection[str]) -> None:
        """
        Take entries out of both indexes, durably, whatever their versions; for repairs only.

        Afterwards an entry with any version of the same object is taken in again. Missing ones are no error.
        """
        ...

    async def state(self) -> IndexState:
        """Say what can be opened now; an index of another schema, or a broken one, cannot."""
        ...

    async def begin(self, lauf_id: str, *, resume: bool = False) -> bool:
        """
        Start building beside the current index; harmless when that run's index is being built or answers already.

        With `resume` go on with what was built before: False when that is gone.
        """
        ...

    async def swap(self, lauf_id: str) -> None:
        """Let the index of this run answer from now on; harmless when it does already."""
        ...

    async def tidy(self) -> None:
        """Remove what no longer answers and cannot be asked for by a cursor any more."""
        ...

    async def ping(self) -> None:
        """Raise `UnavailableError` when there is no index to answer."""
        ...


class TextExtraction(Protocol):
    """Reads the text of stored files, safely."""

    async def extract(self, key: str, *, sha256_hex: str, mime_type: str) -> Volltext:
        """
        Return the text of an object, cut at a limit, or the reason why there is none; bounded in time and memory.

        Whatever is wrong with the file is a reason. `UnavailableError` only when the store or all workers are away.
        """
        ...


class Scopes(Protocol):
    """Resolves what an actor may do, from search's own projection."""

    async def scope(self, actor: Actor) -> AccessScope:
        """Return the actor's scope, at most five seconds old."""
        ...

    async def directory(self, mandant: str) -> Directory:
        """Return the offices and Zuständigkeiten of a Mandant, at most five seconds old."""
        ...


class Backlog(Protocol):
    """Knows whether facts wait to be indexed."""

    async def is_empty(self) -> bool:
        """Say whether nothing is waiting at this moment."""
        ...


class Indexlaeufe(Protocol):
    """The runs of one Mandant."""

    async def get(self, lauf_id: UUID) -> Indexlauf | None:
        """Return a run."""
        ...

    async def lock(self, lauf_id: UUID) -> Indexlauf | None:
        """Return a run that nobody else changes before the end of the transaction."""
        ...

    async def oldest_open(self) -> Indexlauf | None:
        """Return the oldest run that waits or goes on; nobody else adds one before the end of the transaction."""
        ...

    def add(self, lauf: Indexlauf) -> None:
        """Add a new run."""
        ...


class Organisation(Protocol):
    """The projection by which rights are resolved."""

    async def put_unit(self, unit: Unit, *, name: str, version: int) -> None:
        """Upsert an office; an older version is ignored."""
        ...

    async def put_responsibility(self, row: Responsibility, *, version: int) -> None:
        """Upsert a Zuständigkeit; an older version is ignored."""
        ...


class Indexstaende(Protocol):
    """Up to when the facts of one Mandant are indexed."""

    async def get(self) -> datetime | None:
        """Return the commit time of the newest fact that is indexed."""
        ...

    async def put(self, indexiert_bis: datetime) -> None:
        """Note that facts up to this time are indexed; never goes back."""
        ...


class UnitOfWork(Protocol):
    """One transaction for one Mandant."""

    @property
    def indexlaeufe(self) -> Indexlaeufe:
        """Return the runs."""
        ...

    @property
    def indexstaende(self) -> Indexstaende:
        """Return what is indexed up to when."""
        ...

    @property
    def organisation(self) -> Organisation:
        """Return the projection of the organisation."""
        ...

    @property
    def fresh(self) -> frozenset[str]:
        """Return the ids of the claimed messages that had no effect before."""
        ...

    @property
    def mandant(self) -> str:
        """Return the Mandant of the transaction."""
        ...

    def record(self, event: object) -> None:
        """Note a fact that leaves with the commit."""
        ...

    def audit(self, action: str, object_type: str, object_id: UUID) -> None:
        """Note an act for the Protokoll."""
        ...

    async def commit(self, answer: object | None = None) -> None:
        """Commit everything together, or nothing."""
        ...


OpenUnitOfWork = Callable[[], AbstractAsyncContextManager[UnitOfWork]]


class AllIndexlaeufe(Protocol):
    """The runs of all Mandanten, for the process that writes the index."""

    async def unfinished(self) -> Sequence[Indexlauf]:
        """Return all that wait or go on, oldest first."""
        ...


@dataclass(frozen=True, kw_only=True)
class IndexKeeping:
    """What the one process that writes the index needs for it."""

    mandanten: Sequence[str]
    index: SearchIndex
    laeufe: AllIndexlaeufe
    units: Callable[[str], OpenUnitOfWork]
    clock: Clock
