"""
Migrations of a service's schema: Alembic, run in code, one at a time for the whole installation.

Expand first, contract in a later release (docs/decisions/0006-schema-and-code.md). Alembic is imported where it has
something to do: every process of a service comes by here, hardly one migrates.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from dms_kit.database import create_engine, is_passing

_VERSION_TABLE = "alembic_version"
# Made with the first migration that demands newer code; one row.
_CODE_TABLE = "alembic_min_code_version"
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Schema:
    """
    A service's tables, and the folder of the migrations that make them (`env.py` and `versions/`).

    Migrations are numbered from 0001 on without a gap. One that takes away what older code needs says
    `min_code_version`, the least number that code must know to work on the schema from then on.
    """

    metadata: MetaData
    folder: Path

    @property
    def name(self) -> str:
        """Return the name of the schema, which is the service's."""
        return str(self.metadata.schema)

    @property
    def code_version(self) -> int:
        """Return the number of the newest migration that this code knows, and which it needs."""
        return max(int(file.name[:4]) for file in self.folder.glob("versions/[0-9][0-9][0-9][0-9]_*.py"))


class SchemaMismatchError(Exception):
    """Raised when code and schema do not fit; its text is one sentence with the remedy, the process ends."""


async def migrate(system_url: str, schema: Schema) -> None:
    """
    Bring a service's schema to the newest state that this code knows; works with the system role, which owns it.

    A second process waits for the first one, however long that takes. A newer schema stays as it is; one that demands
    newer code raises `SchemaMismatchError`.
    """
    engine = create_engine(system_url, pool_size=2)
    try:
        async with engine.connect() as guard, engine.connect() as connection:
            await guard.execute(text("SET lock_timeout = 0"))
            await guard.execute(text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": f"migrate:{schema.name}"})
            # The guard must not sit in an open transaction while a long migration runs.
            await guard.commit()
            state = await _state(connection, schema)
            _refuse_old_code(state, schema)
            if state.number < schema.code_version:
                await connection.run_sync(_upgrade, schema)
                await connection.commit()
    finally:
        await engine.dispose()


async def check_schema(system_url: str, schema: Schema) -> None:
    """Raise `SchemaMismatchError` when the schema is older than this code needs, or demands newer code."""
    engine = create_engine(system_url, pool_size=1)
    try:
        async with engine.connect() as connection:
            state = await _state(connection, schema)
    finally:
        await engine.dispose()
    _refuse_old_code(state, schema)
    if state.number < schema.code_version:
        raise SchemaMismatchError(
            f"Das Datenbankschema {schema.name} hat den Stand {state.number:04}, dieses Programm braucht"
            f" {schema.code_version:04}: zuerst `python -m dms_{schema.name} migrate` ausführen."
        )


async def await_fitting_schema(system_url: str, schema: Schema) -> None:
    """Do what `check_schema` does, but wait, for ever, for a database that does not answer."""
    pause = _FIRST_PAUSE
    while True:
        try:
            return await check_schema(system_url, schema)
        except Exception as error:
            if not is_passing(error):
                raise
            log.warning("schema.waiting", schema=schema.name, error=type(error).__name__)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


@dataclass(frozen=True)
class _State:
    number: int
    min_code_version: int


async def _state(connection: AsyncConnection, schema: Schema) -> _State:
    async def number(table: str, expression: str) -> int:
        exists = await connection.execute(text("SELECT to_regclass(:name)::text"), {"name": f"{schema.name}.{table}"})
        if exists.scalar_one() is None:
            return 0
        found = await connection.execute(text(f"SELECT max({expression}) FROM {schema.name}.{table}"))  # noqa: S608
        return int(found.scalar_one() or 0)

    # A name may follow the number of a migration.
    state = _State(await number(_VERSION_TABLE, "left(version_num, 4)::int"), await number(_CODE_TABLE, "minimum"))
    await connection.rollback()
    return state


def _refuse_old_code(state: _State, schema: Schema) -> None:
    if state.min_code_version > schema.code_version:
        raise SchemaMismatchError(
            f"Das Datenbankschema {schema.name} (Stand {state.number:04}) verlangt ein Programm ab Stand"
            f" {state.min_code_version:04}, dieses hat {schema.code_version:04}: eine neuere Version starten."
        )


def _upgrade(connection: Connection, schema: Schema) -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(schema.folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    minimum = max(getattr(script.module, "min_code_version", 0) for script in scripts)
    if minimum > 0:
        # In the transaction of the migrations: no moment sees the one without the other.
        table = f"{schema.name}.{_CODE_TABLE}"
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS {table} (minimum integer NOT NULL)"))
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - the name is ours
        connection.execute(text(f"INSERT INTO {table} VALUES (:minimum)"), {"minimum": minimum})  # noqa: S608


def run_environment(metadata: MetaData) -> None:
    """Do what a service's `env.py` has to do: run the migrations on the connection that `migrate` opened."""
    from alembic import context  # noqa: PLC0415

    connection: Connection = context.config.attributes["connection"]
    connection.execute(text("SET lock_timeout = '5s'"))
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table=_VERSION_TABLE,
        version_table_schema=metadata.schema,
        include_schemas=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def differences(system_url: str, metadata: MetaData) -> list[object]:
    """Return what `alembic check` would complain of: how the migrated schema differs from the tables in code."""
    from alembic import autogenerate  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415

    def compare(connection: Connection) -> list[object]:
        options = {
            "include_schemas": True,
            "version_table": _VERSION_TABLE,
            "version_table_schema": metadata.schema,
            "include_name": lambda name, kind, _parents: (
                name == metadata.schema if kind == "schema" else name != _CODE_TABLE
            ),
        }
        found: list[object] = autogenerate.compare_metadata(
            MigrationContext.configure(connection, opts=options), metadata
        )
        return found

    # The role's own search path would hide the schema's name from the comparison.
    engine = create_async_engine(system_url, connect_args={"server_settings": {"search_path": "pg_catalog"}})
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(compare)
    finally:
        await engine.dispose()
