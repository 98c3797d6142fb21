"""Databases, schemas and roles of an installation, and the migrations of its services."""

import asyncio
import importlib
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from dms_kit.adapters.postgres_bus import PostgresBus
from dms_kit.migrations import SchemaMismatchError
from dms_kit.migrations import migrate as migrate_schema
from dms_standalone.errors import OperatorError

SERVICES = ("ingest", "records", "search", "workflow")
DATABASE = "registratur"


@dataclass(frozen=True)
class ServiceUrls:
    """How one service reaches its schema (as app and as system role) and the bus; `superuser` is for repairs."""

    app: str
    system: str
    bus: str
    superuser: str


async def provision(superuser_url: str, password: Callable[[str], str]) -> Mapping[str, ServiceUrls]:
    """
    Create the database, and for each service a schema, its owner `dms_<s>_system` and its app role `dms_<s>`.

    The app role may enter the schema; what it may do there is granted by the migrations. Harmless when all is there:
    passwords are set to what `password` returns.
    """
    roles = [role for service in SERVICES for role in (f"dms_{service}", f"dms_{service}_system")]
    async with _connected(superuser_url) as connection:
        for role in (*roles, "dms_bus"):
            await _ensure_role(connection, role, password(role))
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE}")
        await connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
        await connection.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {', '.join((*roles, 'dms_bus'))}")
    superuser = _in_database(superuser_url)
    async with _connected(superuser) as connection:
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for service in SERVICES:
            await _ensure_schema(connection, service, f"dms_{service}_system", f"dms_{service}")
        await _ensure_schema(connection, "bus", "dms_bus")

    def url(role: str) -> str:
        return f"postgresql+asyncpg://{role}:{password(role)}@{superuser.rsplit('@', 1)[1]}"

    return {
        service: ServiceUrls(url(f"dms_{service}"), url(f"dms_{service}_system"), url("dms_bus"), superuser)
        for service in SERVICES
    }


def environment(urls: Mapping[str, ServiceUrls]) -> dict[str, str]:
    """Return the settings that tell every service its URLs, as environment variables."""
    variables = {}
    for service, of_service in urls.items():
        variables[f"DMS_{service.upper()}_DATABASE_URL"] = of_service.app
        variables[f"DMS_{service.upper()}_SYSTEM_DATABASE_URL"] = of_service.system
        variables["DMS_BUS_DATABASE_URL"] = of_service.bus
    return variables


async def migrate_bus(urls: Mapping[str, ServiceUrls]) -> None:
    """Create the tables of the bus."""
    bus = PostgresBus(next(iter(urls.values())).bus)
    try:
        await bus.migrate()
    finally:
        await bus.close()


def migrate(service: str) -> None:
    """Run a service's migrations with the settings of the environment; call it where no event loop runs."""
    main = importlib.import_module(f"dms_{service}.main")
    try:
        asyncio.run(migrate_schema(settings_of(service).system_database_url, main.SCHEMA))
    except SchemaMismatchError as error:
        raise OperatorError(str(error)) from error


def settings_of(service: str) -> Any:
    """Return a service's settings, read from the environment."""
    return importlib.import_module(f"dms_{service}.settings").Settings()


@contextmanager
def environment_of(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the time of the block."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@asynccontextmanager
async def _connected(url: str) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=30)
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


def _in_database(superuser_url: str) -> str:
    return superuser_url.rsplit("/", 1)[0] + f"/{DATABASE}"


async def _ensure_role(connection: "asyncpg.Connection[asyncpg.Record]", role: str, password: str) -> None:
    exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if exists else "CREATE"
    await connection.execute(
        f"{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '{password}'"
    )


async def _ensure_schema(
    connection: "asyncpg.Connection[asyncpg.Record]", schema: str, owner: str, app: str | None = None
) -> None:
    await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner}")
    for role in (owner, app) if app else (owner,):
        await connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
        await connection.execute(f"ALTER ROLE {role} IN DATABASE {DATABASE} SET search_path = {schema}")
