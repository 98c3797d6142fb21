"""The unit of work on PostgreSQL: one transaction that holds rows, audit entries, outbox rows and the stored answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from dms_kit.audit import entries as audit
from dms_kit.audit.entries import AuditEntry
from dms_kit.core.actor import Actor, system_actor
from dms_kit.core.clock import Clock
from dms_kit.core.idempotency import (
    AlreadyAnsweredError,
    Idempotency,
    IdempotencyConflictError,
    TwinRunningError,
)
from dms_kit.core.trace import current_request_id, current_traceparent
from dms_kit.database import Insertion, insert_together, prepared, set_mandant, sqlstate
from dms_kit.messaging import outbox
from dms_kit.messaging.consumer import AlreadyProcessedError, Incoming
from dms_kit.messaging.outbox import Outgoing
from dms_kit.ports.event_bus import REPUBLISH_HEADER

REPUBLISH_RUN_HEADER = "dms-republish-run"
_LOCK_TIMEOUT = "55P03"
_KNOWN_ANSWER_SQL = """
    SELECT fingerprint, status, body FROM "{schema}".idempotency_key
    WHERE mandant = :mandant AND client = :client AND operation = :operation AND key = :key
"""
_ANSWER_SQL = """
    INSERT INTO "{schema}".idempotency_key
        (mandant, client, operation, key, fingerprint, status, body, lives_forever)
    VALUES (:answer_mandant, :answer_client, :answer_operation, :answer_key, :answer_fingerprint,
        :answer_status, :answer_body, :answer_lives_forever)
    ON CONFLICT DO NOTHING
    RETURNING key
"""

ToMessage = Callable[[Any], Outgoing]


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a unit of work is opened with; `incoming` are the messages that it claims."""

    engine: AsyncEngine
    metadata: MetaData
    service: str
    clock: Clock
    to_message: ToMessage
    wake: Callable[[], None]
    actor: Actor
    incoming: tuple[Incoming[Any], ...] = ()
    idempotency: Idempotency | None = None


class PostgresUnitOfWork:
    """
    One transaction of one service for one Mandant; leaving it without `commit` rolls back.

    Services derive from it and hang their repositories on it in `open`.
    """

    def __init__(self, opening: Opening) -> None:
        if not opening.actor.mandant:
            message = "a unit of work needs a Mandant: without one row-level security shows nothing"
            raise ValueError(message)
        self._opening = opening
        self._events: list[tuple[Any, Mapping[str, str]]] = []
        self._entries: list[AuditEntry] = []
        self._rows: list[Insertion] = []
        self.session = AsyncSession(opening.engine, expire_on_commit=False, autoflush=False)
        self.fresh: frozenset[str] = frozenset()

    @property
    def actor(self) -> Actor:
        """Return the one whose act this is."""
        return self._opening.actor

    @property
    def mandant(self) -> str:
        """Return the Mandant of the transaction."""
        return self._opening.actor.mandant

    async def open(self) -> None:
        """Make the repositories; a hook for the services."""

    async def __aenter__(self) -> Self:
        try:
            await set_mandant(self.session, self.mandant)
            if self._opening.idempotency is not None and not self._opening.idempotency.is_unanswered:
                await self._raise_known_answer(self._opening.idempotency)
            await self._claim()
            await self.open()
        except BaseException:
            await self.session.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    def record(self, event: object) -> None:
        """Note a domain event; it leaves by the outbox if the transaction commits."""
        self._events.append((event, {}))

    def record_republished(self, event: object, *, group: str, run: str) -> None:
        """Note a fact again for one consuming group only."""
        self._events.append((event, {REPUBLISH_HEADER: group, REPUBLISH_RUN_HEADER: run}))

    def insert_on_commit(self, rows: Insertion) -> None:
        """
        Have fresh rows inserted by the statement of the commit: they cost no round trip of their own.

        Only for objects that nobody else knows yet: their outbox rows may get a number before they are there.
        """
        self._rows.append(rows)

    def audit(
        self, action: str, object_type: str, object_id: UUID, values: Mapping[str, str | int | None] | None = None
    ) -> None:
        """Note an act for the audit trail; without its entry the transaction does not commit."""
        self._entries.append(
            AuditEntry(action=action, object_type=object_type, object_id=object_id, values=values or {})
        )

    async def commit(self, answer: object | None = None) -> None:
        """
        Commit everything together; `answer` is rendered and stored when the request brought an idempotency key.

        Raises AlreadyAnsweredError, IdempotencyConflictError or TwinRunningError when a twin was faster.
        """
        # The version of each row is held before its outbox row gets a number: order per key stands on that.
        await self.session.flush()
        insertions = self._insertions(answer)
        if insertions:
            await self._insert(insertions)
        await self.session.commit()
        if self._events:
            self._opening.wake()
        self._entries, self._events, self._rows = [], [], []

    async def is_answered(self, *, client: str, operation: str, key: str) -> bool:
        """Say whether an idempotency key has an answer: the body of a repetition need not be kept."""
        values = {"mandant": self.mandant, "client": client, "operation": operation, "key": key}
        statement = prepared(_KNOWN_ANSWER_SQL.format(schema=self._opening.metadata.schema))
        return (await self.session.execute(statement, values)).first() is not None

    def _insertions(self, answer: object | None) -> list[Insertion]:
        opening, insertions = self._opening, []
        schema, moment = str(opening.metadata.schema), opening.clock.now()
        if opening.idempotency is not None:
            insertions.append(_answer_insertion(schema, self.mandant, opening.idempotency, answer))
        if self._entries:
            insertions += audit.insertions_of(
                schema, self._entries, actor=opening.actor, moment=moment, request_id=current_request_id()
            )
        if self._events:
            insertions.append(
                outbox.insertion_of(
                    schema,
                    [self._to_outgoing(event, headers) for event, headers in self._events],
                    actor=opening.actor,
                    source=opening.service,
                    moment=moment,
                    traceparent=current_traceparent(),
                )
            )
        return insertions + self._rows

    async def _insert(self, insertions: Sequence[Insertion]) -> None:
        try:
            returned = await insert_together(self.session, insertions, count=insertions[0].name)
        except asyncpg.PostgresError as error:
            if self._opening.idempotency is not None and sqlstate(error) == _LOCK_TIMEOUT:
                raise TwinRunningError from error
            raise
        if self._opening.idempotency is not None and returned == 0:
            # The twin committed while this insertion waited for it.
            await self.session.rollback()
            await set_mandant(self.session, self.mandant)
            await self._raise_known_answer(self._opening.idempotency)
            raise TwinRunningError

    def _to_outgoing(self, event: Any, headers: Mapping[str, str]) -> Outgoing:
        # Mapped after the flush: only then the row version is known that the message states.
        outgoing = self._opening.to_message(event)
        return replace(outgoing, headers=headers) if headers else outgoing

    async def _claim(self) -> None:
        wanted = [incoming.message.id for incoming in self._opening.incoming]
        if not wanted:
            return
        table = self._table("inbox")
        rows = [{"mandant": self.mandant, "ce_id": ce_id} for ce_id in dict.fromkeys(wanted)]
        statement = insert(table).values(rows).on_conflict_do_nothing().returning(table.c.ce_id)
        self.fresh = frozenset((await self.session.execute(statement)).scalars())
        if not self.fresh:
            raise AlreadyProcessedError

    async def _raise_known_answer(self, key: Idempotency) -> None:
        schema = self._opening.metadata.schema
        values = {"mandant": self.mandant, "client": key.client, "operation": key.operation, "key": key.key}
        found = await self.session.execute(prepared(_KNOWN_ANSWER_SQL.format(schema=schema)), values)
        row = found.one_or_none()
        if row is None:
            return
        if row.fingerprint != key.fingerprint:
            raise IdempotencyConflictError
        raise AlreadyAnsweredError(row.status, row.body)

    def _table(self, name: str) -> Any:
        return self._opening.metadata.tables[f"{self._opening.metadata.schema}.{name}"]


def _answer_insertion(schema: str, mandant: str, key: Idempotency, answer: object | None) -> Insertion:
    return Insertion(
        "stored_answer",
        _ANSWER_SQL.format(schema=schema),
        {
            "answer_mandant": mandant,
            "answer_client": key.client,
            "answer_operation": key.operation,
            "answer_key": key.key,
            "answer_fingerprint": key.fingerprint,
            "answer_status": key.status,
            "answer_body": key.render(answer),
            "answer_lives_forever": key.lives_forever,
        },
    )


UnitOfWorkT = TypeVar("UnitOfWorkT", bound=PostgresUnitOfWork)


class UnitOfWorkFactory(Generic[UnitOfWorkT]):
    """Makes a service's units of work for requests, messages and the system itself."""

    def __init__(
        self,
        unit_of_work: type[UnitOfWorkT],
        *,
        engine: AsyncEngine,
        metadata: MetaData,
        service: str,
        clock: Clock,
        to_message: ToMessage,
        wake: Callable[[], None],
    ) -> None:
        self._unit_of_work = unit_of_work
        self._base = Opening(
            engine=engine,
            metadata=metadata,
            service=service,
            clock=clock,
            to_message=to_message,
            wake=wake,
            actor=Actor(mandant="", sub=""),
        )

    def for_actor(self, actor: Actor, *, idempotency: Idempotency | None = None) -> Callable[[], UnitOfWorkT]:
        """Return the opener of an actor's request."""
        return lambda: self._unit_of_work(replace(self._base, actor=actor, idempotency=idempotency))

    def for_message(self, incoming: Incoming[Any]) -> Callable[[], UnitOfWorkT]:
        """Return the opener of one message; opening it twice after a commit raises AlreadyProcessedError."""
        return self.for_messages([incoming])

    def for_messages(self, incoming: Sequence[Incoming[Any]]) -> Callable[[], UnitOfWorkT]:
        """Return the opener of several messages of one Mandant; `fresh` tells which of them are new."""
        actor = incoming[0].actor
        return lambda: self._unit_of_work(replace(self._base, actor=actor, incoming=tuple(incoming)))

    def for_mandant(self, mandant: str) -> Callable[[], UnitOfWorkT]:
        """Return the opener of an act of the system."""
        return self.for_actor(system_actor(mandant))
