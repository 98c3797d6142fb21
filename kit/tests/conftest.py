"""A schema of the kit's own, with the tables that every service adds and the two roles that every service has."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, text
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.access.projection import add_projection_tables
from dms_kit.audit.tables import add_audit_tables
from dms_kit.core.clock import SystemClock
from dms_kit.database import NAMING, create_engine, protect
from dms_kit.messaging.outbox import Outgoing
from dms_kit.messaging.tables import add_messaging_tables
from dms_kit.unit_of_work import PostgresUnitOfWork, UnitOfWorkFactory


@dataclass(frozen=True)
class KitDatabase:
    """A fresh database: app and system engine of the test service, URL of the bus."""

    app: AsyncEngine
    system: AsyncEngine
    app_url: str
    bus_url: str
    metadata: MetaData

    def factory(self, to_message: object = None) -> UnitOfWorkFactory[PostgresUnitOfWork]:
        """Return units of work whose events are Outgoing already."""

        def as_it_is(event: Outgoing) -> Outgoing:
            return event

        return UnitOfWorkFactory(
            PostgresUnitOfWork,
            engine=self.app,
            metadata=self.metadata,
            service="kit",
            clock=SystemClock(),
            to_message=as_it_is,
            wake=lambda: None,
        )


def kit_metadata() -> MetaData:
    """Return the tables that every service adds, and one of the test's own."""
    metadata = MetaData(schema="kit", naming_convention=NAMING)
    add_messaging_tables(metadata)
    add_audit_tables(metadata)
    add_projection_tables(metadata)
    Table(
        "thing",
        metadata,
        Column("mandant", Text, primary_key=True),
        Column("id", Integer, primary_key=True),
        Column("name", Text, nullable=False),
    )
    return metadata


_APPEND_ONLY = {"audit_entry"}


async def _create(superuser_url: str, name: str) -> None:
    connection = await asyncpg.connect(superuser_url.replace("+asyncpg", ""))
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
        for role in ("kit_app", "kit_system", "kit_bus"):
            exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
            if not exists:
                await connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'kit'")
    finally:
        await connection.close()


async def _fill(superuser_url: str, name: str, metadata: MetaData) -> None:
    connection = await asyncpg.connect(superuser_url.replace("+asyncpg", "").rsplit("/", 1)[0] + f"/{name}")
    try:
        await connection.execute("CREATE SCHEMA kit AUTHORIZATION kit_system")
        await connection.execute("GRANT USAGE ON SCHEMA kit TO kit_app")
        await connection.execute("CREATE SCHEMA bus AUTHORIZATION kit_bus")
    finally:
        await connection.close()


@pytest.fixture
async def kit_database(postgres_server: "object") -> AsyncIterator[KitDatabase]:
    superuser_url: str = postgres_server.superuser_url  # type: ignore[attr-defined]
    name = f"kit_{uuid.uuid4().hex}"
    metadata = kit_metadata()
    await _create(superuser_url, name)
    await _fill(superuser_url, name, metadata)
    address = superuser_url.rsplit("@", 1)[1].rsplit("/", 1)[0]

    def url(role: str) -> str:
        return f"postgresql+asyncpg://{role}:kit@{address}/{name}"

    app, system = create_engine(url("kit_app")), create_engine(url("kit_system"))
    async with system.begin() as connection:
        await connection.run_sync(metadata.create_all)
        statements: list[str] = []
        recorder = type("Recorder", (), {"execute": staticmethod(statements.append)})
        for table in metadata.tables.values():
            protect(recorder, "kit", table.name, app_role="kit_app", append_only=table.name in _APPEND_ONLY)
        for statement in statements:
            await connection.execute(text(statement))
    yield KitDatabase(app, system, url("kit_app"), url("kit_bus"), metadata)
    await app.dispose()
    await system.dispose()
    await asyncio.sleep(0)
