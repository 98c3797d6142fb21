"""What the outbox still keeps of some objects."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_records.adapters.postgres.tables import metadata


class OutboxReader:
    """Reads with the system role."""

    def __init__(self, system_engine: AsyncEngine) -> None:
        self._engine = system_engine
        self._table = metadata.tables[f"{metadata.schema}.outbox"]

    async def newest(self, mandant: str, ids: Collection[UUID]) -> Mapping[UUID, tuple[str, bytes]]:
        """Return type and payload of the newest message of each; none for what was last published long ago."""
        columns = self._table.c
        wanted = literal(sorted(str(one) for one in ids), ARRAY(Text))
        statement = (
            select(columns.aggregateid, columns.type, columns.payload)
            .where(columns.mandant == mandant, columns.aggregateid == any_(wanted))
            .order_by(columns.id)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).all()
        # A later one takes the place of an earlier one.
        return {UUID(row.aggregateid): (row.type, row.payload) for row in rows}

    async def waits(self) -> bool:
        """Say whether something is not sent yet."""
        statement = select(self._table.c.id).where(self._table.c.sent_at.is_(None)).limit(1)
        async with self._engine.connect() as connection:
            return (await connection.execute(statement)).one_or_none() is not None
