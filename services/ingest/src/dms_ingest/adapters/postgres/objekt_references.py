"""The objects that ingest's rows name, for the reaper and the check of objects."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, func, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_ingest.adapters.postgres.tables import anlage, antrag
from dms_kit.ports.named_objects import NamedObject

_COLUMNS = tuple(
    tuple(table.c[f"{prefix}_{name}"] for name in ("key", "groesse", "sha256"))
    for table, prefix in ((antrag, "formular"), (anlage, "objekt"))
)


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
        """Return the keys that Anträge or Anlagen name."""
        return {named.key for named in await self.find(keys)}

    async def find(self, keys: Collection[str]) -> Sequence[NamedObject]:
        """Look the keys up in both tables."""
        found = union_all(*(select(*columns).where(columns[0].in_(keys)) for columns in _COLUMNS))
        async with self._engine.connect() as connection:
            return [NamedObject(*row) for row in (await connection.execute(found)).all()]

    async def page(self, mandant: str, *, after: str | None, limit: int) -> Sequence[NamedObject]:
        """Return the next of both tables."""
        parts = [
            select(*columns)
            .where(columns[0].table.c.mandant == mandant, columns[0] > (after or f"{mandant}/"))
            .order_by(columns[0])
            .limit(limit)
            .subquery()
            for columns in _COLUMNS
        ]
        async with self._engine.connect() as connection:
            rows = (await connection.execute(union_all(*(select(part) for part in parts)))).all()
        return sorted((NamedObject(*row) for row in rows), key=lambda named: named.key)[:limit]

    async def count(self, mandant: str) -> int:
        """Count the kept objects of both tables."""
        counts = [
            select(func.count(columns[0])).where(columns[0].table.c.mandant == mandant).scalar_subquery()
            for columns in _COLUMNS
        ]
        async with self._engine.connect() as connection:
            return sum((await connection.execute(select(*counts))).one())

    async def mandanten(self) -> Sequence[str]:
        """Return every Mandant that has sent an Antrag."""
        async with self._engine.connect() as connection:
            return sorted((await connection.execute(select(antrag.c.mandant).distinct())).scalars())
