"""What ingest's acts need from the outside."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from dms_ingest.domain.anlage import AnlagePruefstatus
from dms_ingest.domain.antrag import Antrag
from dms_kit.core.access import AccessScope, Responsibility, Unit
from dms_kit.core.actor import Actor


class QuittungSigner(Protocol):
    """Signs receipts with a key that outlives restarts."""

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return the compact JWS over the claims."""
        ...

    def jwks(self) -> dict[str, Any]:
        """Return the public keys as a JWK set (RFC 7517)."""
        ...


class AnsweredKeys(Protocol):
    """Knows the idempotency keys of accepted requests."""

    async def is_answered(self, *, mandant: str, client: str, operation: str, key: str) -> bool:
        """Say whether the key has a stored answer: the body of a repetition is only hashed and leaves no objects."""
        ...


@dataclass(frozen=True, kw_only=True)
class AntragAudience:
    """Who asks for an Antrag: the client if it may read its own, and what the person may see."""

    client: str | None
    scope: AccessScope


class AntragRepository(Protocol):
    """The Anträge of the transaction's Mandant."""

    def add(self, antrag: Antrag) -> None:
        """Insert the Antrag with its Anlagen on commit."""
        ...

    async def next_eingangsnummer(self, jahr: int) -> int:
        """Draw from the Mandant's sequence of the year; never waits for other writers, gaps are allowed."""
        ...

    async def get_visible(self, antrag_id: UUID, audience: AntragAudience) -> Antrag | None:
        """Return the Antrag with its Anlagen if the audience may see it."""
        ...

    async def list_own(
        self, client: str, *, externe_referenz: str | None, before: UUID | None, limit: int
    ) -> Sequence[Antrag]:
        """Return the client's own Anträge without their Anlagen, newest first, from behind the id `before`."""
        ...

    async def list_all(self, *, after: UUID | None, limit: int) -> Sequence[Antrag]:
        """Return all Anträge whose objects are kept, with their Anlagen, by id, from behind the id `after`."""
        ...

    async def get_for_update(self, antrag_id: UUID) -> Antrag | None:
        """Return the Antrag without its Anlagen, its row locked: facts of different topics take turns."""
        ...

    async def set_pruefstatus(self, antrag: Antrag, sha256: str, pruefstatus: AnlagePruefstatus) -> None:
        """Write it to the Anlagen with these bytes; the Antrag gets its next row version if one changed."""
        ...

    async def add_indexiert(self, antrag_id: UUID, dokument_id: UUID, zeitpunkt: datetime) -> None:
        """Note that a Dokument of the Antrag is indexed; the same one twice counts once."""
        ...

    async def count_indexiert(self, antrag_id: UUID) -> tuple[int, datetime | None]:
        """Return how many distinct Dokumente are indexed and when the last one was."""
        ...


class OrganisationProjection(Protocol):
    """Ingest's own small copy of the organisation, by which rights are decided."""

    async def apply_unit(self, unit: Unit, *, name: str, version: int) -> None:
        """Upsert an Organisationseinheit; an older version is ignored."""
        ...

    async def apply_responsibility(self, row: Responsibility, *, version: int) -> None:
        """Upsert a Zuständigkeit; an older version is ignored."""
        ...


class UnitOfWork(Protocol):
    """One transaction of ingest for one Mandant; leaving it without `commit` rolls back."""

    @property
    def antraege(self) -> AntragRepository:
        """Return the Anträge of the Mandant."""
        ...

    @property
    def organisation(self) -> OrganisationProjection:
        """Return the copy of the organisation."""
        ...

    @property
    def actor(self) -> Actor:
        """Return the one whose act this is."""
        ...

    @property
    def mandant(self) -> str:
        """Return the Mandant of the transaction."""
        ...

    def record(self, event: object) -> None:
        """Note a domain event; it leaves by the outbox if the transaction commits."""
        ...

    def record_republished(self, event: object, *, group: str, run: str) -> None:
        """Note a fact again for one consuming group only."""
        ...

    def audit(
        self, action: str, object_type: str, object_id: UUID, values: Mapping[str, str | int | None] | None = None
    ) -> None:
        """Note an act for the audit trail; without its entry the transaction does not commit."""
        ...

    async def commit(self, answer: object | None = None) -> None:
        """Commit rows, audit entries, outbox rows and the stored answer together."""
        ...


OpenUnitOfWork = Callable[[], AbstractAsyncContextManager[UnitOfWork]]
