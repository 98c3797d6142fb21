"""The object keys that ingest's rows name, for the reaper."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_ingest.adapters.postgres.tables import anlage, antrag


class ObjektReferences:
    """Works over all Mandanten with the system role."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def release(self, filed_before: datetime) -> int:
        """Let the rows of Anträge filed before then forget their keys."""
        filed = and_(antrag.c.abgelegt_am < filed_before, antrag.c.formular_key.is_not(None))
        async with self._engine.begin() as connection:
            await connection.execute(
                update(anlage)
                .where(anlage.c.mandant == antrag.c.mandant, anlage.c.antrag_id == antrag.c.id, filed)
                .values(objekt_key=None)
            )
            released = await connection.execute(update(antrag).where(filed).values(formular_key=None))
            return released.rowcount

    async def named(self, keys: Sequence[str]) -> set[str]:
        """Look the keys up in both tables."""
        columns = (antrag.c.formular_key, anlage.c.objekt_key)
        found = union_all(*(select(column).where(column.in_(keys)) for column in columns))
        async with self._engine.connect() as connection:
            return set((await connection.execute(found)).scalars())
