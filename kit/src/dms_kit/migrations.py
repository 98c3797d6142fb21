"""Migrations of a service's schema: Alembic, run in code, one at a time for the whole installation."""

from dataclasses import dataclass
from pathlib import Path

from alembic import autogenerate, command, context
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine

from dms_kit.database import create_engine

_VERSION_TABLE = "alembic_version"


@dataclass(frozen=True)
class Schema:
    """A service's tables, and the folder of the migrations that make them (`env.py` and `versions/`)."""

    metadata: MetaData
    folder: Path


async def migrate(system_url: str, schema: Schema) -> None:
    """
    Bring a service's schema to its newest state; works with the system role, which owns the schema.

    A second process waits for the first one.
    """

    def upgrade(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(schema.folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    engine = create_engine(system_url, pool_size=2)
    try:
        async with engine.connect() as guard, engine.connect() as connection:
            await guard.execute(
                text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": f"migrate:{schema.metadata.schema}"}
            )
            # The guard must not sit in an open transaction while a long migration runs.
            await guard.commit()
            await connection.run_sync(upgrade)
            await connection.commit()
    finally:
        await engine.dispose()


def run_environment(metadata: MetaData) -> None:
    """Do what a service's `env.py` has to do: run the migrations on the connection that `migrate` opened."""
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

    def compare(connection: Connection) -> list[object]:
        options = {
            "include_schemas": True,
            "version_table": _VERSION_TABLE,
            "version_table_schema": metadata.schema,
            "include_name": lambda name, kind, _parents: kind != "schema" or name == metadata.schema,
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
