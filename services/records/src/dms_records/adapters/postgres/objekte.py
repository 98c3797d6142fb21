"""What the reaper and the check of objects ask, with the system role: they serve all Mandanten."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ARRAY, Text, delete, func, literal, select, union, union_all
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.ports.named_objects import NamedObject
from dms_records.adapters.postgres import tables

_TABLES = (tables.dokumentversion, tables.eingang_anlage)


class ObjektReader:
    """Carries out `use_cases.reap_objekte.Objekte` and `dms_kit.ports.named_objects.NamedObjects`."""

    def __init__(self, system_engine: AsyncEngine) -> None:
        self._engine = system_engine

    async def named(self, keys: Collection[str]) -> Collection[str]:
        """Return the keys that versions or waiting files name."""
        return {named.key for named in await self.find(keys)}

    async def find(self, keys: Collection[str]) -> Sequence[NamedObject]:
        """Return what versions or waiting files say of these objects."""
        wanted = list(keys)
        owners = [key.split("/", 1)[0] for key in wanted]
        arrays = literal(owners, ARRAY(Text)), literal(wanted, ARRAY(Text))
        pairs = func.unnest(*arrays).table_valued("mandant", "key").render_derived("wanted")
        found = union_all(
            *(
                select(table.c.objekt_key, table.c.groesse, table.c.sha256).join(
                    pairs, (table.c.mandant == pairs.c.mandant) & (table.c.objekt_key == pairs.c.key)
                )
                for table in _TABLES
            )
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(found)).all()
        return list({row[0]: NamedObject(*row) for row in rows}.values())

    async def page(self, mandant: str, *, after: str | None, limit: int) -> Sequence[NamedObject]:
        """Return the next of both tables; a file that was just filed is named by two rows."""
        parts = [
            select(table.c.objekt_key, table.c.groesse, table.c.sha256)
            .where(table.c.mandant == mandant, table.c.objekt_key > (after or ""))
            .order_by(table.c.objekt_key)
            .limit(limit)
            .subquery()
            for table in _TABLES
        ]
        async with self._engine.connect() as connection:
            rows = (await connection.execute(union_all(*(select(part) for part in parts)))).all()
        found = {row[0]: NamedObject(*row) for row in rows}
        return [found[key] for key in sorted(found)[:limit]]

    async def count(self, mandant: str) -> int:
        """Count the keys of both tables, each once."""
        keys = union(*(select(table.c.objekt_key).where(table.c.mandant == mandant) for table in _TABLES)).subquery()
        async with self._engine.connect() as connection:
            return (await connection.execute(select(func.count()).select_from(keys))).scalar_one()

    async def forget_accesses(self, before: datetime) -> None:
        """Forget old reads."""
        table = tables.dokumentversion_zugriff
        async with self._engine.begin() as connection:
            await connection.execute(delete(table).where(table.c.gelesen_am < before))

    async def mandanten(self) -> Sequence[str]:
        """Return every Mandant that has an organisation."""
        async with self._engine.connect() as connection:
            return sorted(
                (await connection.execute(select(tables.organisationseinheit.c.mandant).distinct())).scalars()
            )
