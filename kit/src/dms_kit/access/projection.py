"""The small copy of units and responsibilities that each service keeps, fed by events."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Date, FromClause, MetaData, Table, Text, Uuid, func, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from dms_kit.core.access import Directory, Responsibility, Unit
from dms_kit.database import set_mandant


def add_projection_tables(metadata: MetaData) -> None:
    """Add `access_unit` and `access_responsibility` to a service's metadata."""
    Table(
        "access_unit",
        metadata,
        Column("mandant", Text, primary_key=True),
        Column("id", Uuid, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("key", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("parent_id", Uuid, nullable=True),
        Column("valid_from", Date, nullable=False),
        Column("valid_to", Date, nullable=True),
    )
    Table(
        "access_responsibility",
        metadata,
        Column("mandant", Text, primary_key=True),
        Column("id", Uuid, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("unit_id", Uuid, nullable=False),
        Column("valid_from", Date, nullable=False),
        Column("valid_to", Date, nullable=True),
    )


async def apply_unit(
    session: AsyncSession, metadata: MetaData, unit: Unit, *, mandant: str, name: str, version: int
) -> None:
    """Upsert a unit; an older version is ignored."""
    values = {
        "mandant": mandant,
        "id": unit.id,
        "version": version,
        "key": unit.key,
        "name": name,
        "parent_id": unit.parent_id,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
    }
    await _upsert(session, metadata.tables[f"{metadata.schema}.access_unit"], values)


async def apply_responsibility(
    session: AsyncSession, metadata: MetaData, row: Responsibility, *, mandant: str, version: int
) -> None:
    """Upsert a responsibility; an older version is ignored."""
    values = {
        "mandant": mandant,
        "id": row.id,
        "version": version,
        "unit_id": row.unit_id,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }
    await _upsert(session, metadata.tables[f"{metadata.schema}.access_responsibility"], values)


async def load_directory(
    engine: AsyncEngine, metadata: MetaData, mandant: str, known: Directory | None = None
) -> Directory:
    """Read the whole projection of one Mandant, or return the known one when it still says the same."""
    tables = [metadata.tables[f"{metadata.schema}.{name}"] for name in ("access_unit", "access_responsibility")]
    units, rows = (table.c for table in tables)
    async with engine.begin() as connection:
        await set_mandant(connection, mandant)
        state = await read_state(connection, mandant, tables)
        if known is not None and known.state == state:
            return known
        found_units = await connection.execute(
            select(units.id, units.key, units.parent_id, units.valid_from, units.valid_to).where(
                units.mandant == mandant
            )
        )
        found_rows = await connection.execute(
            select(rows.id, rows.unit_id, rows.valid_from, rows.valid_to).where(rows.mandant == mandant)
        )
        return Directory(
            units=tuple(Unit(*unit) for unit in found_units),
            responsibilities=tuple(Responsibility(*row) for row in found_rows),
            state=state,
        )


async def read_state(connection: AsyncConnection, mandant: str, tables: Sequence[Table]) -> tuple[int, ...]:
    """
    Return the number of a Mandant's rows and the sum of their versions, of each table.

    Versions only grow and no row is deleted, so any change changes it. Read it before the rows: what is newer in them
    is then read once more, and never missed.
    """
    counts = [
        select(func.count().label("rows"), func.coalesce(func.sum(table.c.version), 0).label("versions"))
        .where(table.c.mandant == mandant)
        .subquery()
        for table in tables
    ]
    # One row each, so that one statement reads each table once.
    joined: FromClause = counts[0]
    for count in counts[1:]:
        joined = joined.join(count, true())
    found = await connection.execute(select(*(column for count in counts for column in count.c)).select_from(joined))
    return tuple(map(int, found.one()))


async def _upsert(session: AsyncSession, table: Table, values: dict[str, object]) -> None:
    statement = insert(table).values(values)
    changes = {name: statement.excluded[name] for name in values if name not in {"mandant", "id"}}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["mandant", "id"], set_=changes, where=statement.excluded.version >= table.c.version
        )
    )
