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
from dms_kit.adapters.kafka_bus import KafkaBus
from dms_kit.adapters.kafka_client import KafkaAccess
from dms_kit.adapters.kafka_member import Membership
from dms_kit.adapters.kafka_topics import TopicDeclaration
from dms_kit.adapters.postgres_bus import PostgresBus
from dms_kit.audit.tables import SEAL_TABLES, add_audit_tables
from dms_kit.core.clock import SystemClock
from dms_kit.database import NAMING, create_engine, protect
from dms_kit.fixity.tables import add_fixity_tables
from dms_kit.messaging.outbox import Outgoing
from dms_kit.messaging.tables import add_messaging_tables
from dms_kit.ports.event_bus import EventBus
from dms_kit.testing.own_names import OwnNamesBus
from dms_kit.testing.real import real_server
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
    add_fixity_tables(metadata)
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
            append_only, read_only = table.name in _APPEND_ONLY, table.name in SEAL_TABLES
            protect(recorder, "kit", table.name, app_role="kit_app", append_only=append_only, read_only=read_only)
        for statement in statements:
            await connection.execute(text(statement))
    yield KitDatabase(app, system, url("kit_app"), url("kit_bus"), metadata)
    await app.dispose()
    await system.dispose()
    await asyncio.sleep(0)


@pytest.fixture
def kafka_access() -> KafkaAccess:
    return KafkaAccess(bootstrap_servers=real_server("kafka"))


@pytest.fixture
async def kafka_bus(kafka_access: KafkaAccess) -> AsyncIterator[KafkaBus]:
    """Return a bus whose members notice changes of their group soon; its topics are deleted in the end."""
    declaration = TopicDeclaration(partitions=3)
    bus = KafkaBus(kafka_access, declaration=declaration, membership=Membership(heartbeat=0.3))
    yield bus
    async with bus._asked_admin() as admin:
        await admin.delete_topics(list(bus._topics._partitions))
    await bus.close()


@pytest.fixture
async def postgres_bus(kit_database: KitDatabase) -> AsyncIterator[PostgresBus]:
    bus = PostgresBus(kit_database.bus_url)
    await bus.migrate()
    yield bus
    await bus.close()


@pytest.fixture(params=["postgres", pytest.param("kafka", marks=pytest.mark.real)])
def any_bus(request: pytest.FixtureRequest) -> EventBus:
    """Return each bus in turn, with the test alone on it."""
    bus: EventBus = request.getfixturevalue(f"{request.param}_bus")
    return OwnNamesBus(bus, f".t{uuid.uuid4().hex}")
