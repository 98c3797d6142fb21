"""Messages that could not be applied, kept until somebody mends the cause and asks for a retry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, MetaData, delete, exists, func, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.core.dead_letters import ALL_DEAD_LETTERS, DeadLetterFilter
from dms_kit.ports.event_bus import Message

WAITING = "wartet auf eine frühere Nachricht desselben Schlüssels"


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """What operations may know of a dead letter: never its content."""

    id: int
    mandant: str
    topic: str
    key: str
    type: str
    reason: str
    created_at: datetime
    retry_requested: bool


class DeadLetterStore:
    """Dead letters of one service; works with the system role, because a consumer serves all Mandanten."""

    def __init__(self, engine: AsyncEngine, metadata: MetaData) -> None:
        self._engine = engine
        self._table: Any = metadata.tables[f"{metadata.schema}.dead_letter"]

    async def add(self, message: Message, reason: str, *, parks_key: bool) -> None:
        """Keep a message; the same one twice is kept once."""
        values = {
            "mandant": message.mandant,
            "topic": message.topic,
            "key": message.key,
            "ce_id": message.id,
            "type": message.type,
            "headers": dict(message.headers),
            "payload": message.value,
            "reason": reason,
            "parks_key": parks_key,
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(self._table).values(values).on_conflict_do_nothing())

    async def parked_keys(self) -> set[tuple[str, str]]:
        """Return the (topic, key) pairs whose later messages must wait."""
        columns = self._table.c
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(columns.topic, columns.key).where(columns.parks_key).distinct())
            return {(row.topic, row.key) for row in rows}

    async def page(
        self,
        mandant: str | None,
        filters: DeadLetterFilter = ALL_DEAD_LETTERS,
        *,
        after: int | None = None,
        limit: int = 50,
    ) -> list[DeadLetter]:
        """Return a page in the order of arrival, from behind the id `after`; of all Mandanten when none is named."""
        columns = self._table.c
        conditions = [self._of(mandant)]
        for column, value in (
            (columns.topic, filters.topic),
            (columns.key, filters.key),
            (columns.type, filters.type),
            (columns.retry_requested, filters.retry_requested),
        ):
            if value is not None:
                conditions.append(column == value)
        if after is not None:
            conditions.append(columns.id < after if filters.descending else columns.id > after)
        async with self._engine.connect() as connection:
            rows = await connection.execute(
                select(
                    columns.id,
                    columns.mandant,
                    columns.topic,
                    columns.key,
                    columns.type,
                    columns.reason,
                    columns.created_at,
                    columns.retry_requested,
                )
                .where(*conditions)
                .order_by(columns.id.desc() if filters.descending else columns.id)
                .limit(limit)
            )
            return [DeadLetter(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's documented name

    async def request_retry(self, mandant: str | None, dead_letter_id: int) -> bool:
        """Ask the consumer to apply the letter and all that wait behind its key; False if there is none."""
        columns = self._table.c
        async with self._engine.begin() as connection:
            found = await connection.execute(
                select(columns.topic, columns.key).where(self._of(mandant), columns.id == dead_letter_id)
            )
            row = found.one_or_none()
            if row is None:
                return False
            await connection.execute(
                update(self._table)
                .where(columns.topic == row.topic, columns.key == row.key)
                .values(retry_requested=True)
            )
            return True

    async def request_all(self) -> int:
        """Ask the consumer to apply all letters of all Mandanten; return how many there are."""
        async with self._engine.begin() as connection:
            outcome = await connection.execute(update(self._table).values(retry_requested=True))
            return outcome.rowcount

    async def requested(self, *, limit: int = 200) -> list[tuple[int, Message]]:
        """
        Return the letters to be retried, in the order of arrival.

        Also those that wait behind nothing any more: one process buried them while another one released their key.
        """
        columns = self._table.c
        ahead = self._table.alias("ahead")
        waits_behind = exists().where(
            ahead.c.topic == columns.topic, ahead.c.key == columns.key, ahead.c.reason != WAITING
        )
        async with self._engine.connect() as connection:
            rows = await connection.execute(
                select(columns.id, columns.topic, columns.key, columns.payload, columns.headers)
                .where(columns.retry_requested | ((columns.reason == WAITING) & ~waits_behind))
                .order_by(columns.id)
                .limit(limit)
            )
            return [
                (row.id, Message(topic=row.topic, key=row.key, value=row.payload, headers=row.headers)) for row in rows
            ]

    async def remove(self, dead_letter_id: int) -> None:
        """Forget a letter that was applied."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(self._table).where(self._table.c.id == dead_letter_id))

    async def keep(self, message: Message, reason: str) -> None:
        """Write down why a retry failed; the key's letters wait for the next request."""
        columns = self._table.c
        same_key = (columns.topic == message.topic) & (columns.key == message.key)
        async with self._engine.begin() as connection:
            await connection.execute(update(self._table).where(same_key).values(retry_requested=False))
            await connection.execute(
                update(self._table).where(same_key, columns.ce_id == message.id).values(reason=reason)
            )

    async def count(self) -> int:
        """Return how many letters there are, of all Mandanten."""
        async with self._engine.connect() as connection:
            return (await connection.execute(select(func.count()).select_from(self._table))).scalar_one()

    def _of(self, mandant: str | None) -> ColumnElement[bool]:
        return true() if mandant is None else self._table.c.mandant == mandant
