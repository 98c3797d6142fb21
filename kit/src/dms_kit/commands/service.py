"""The verbs that every service has, made of its own functions."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, Protocol, TypeVar

import uvicorn
import yaml
from fastapi import FastAPI

from dms_kit.commands.dead_letters import dead_letter_verb
from dms_kit.commands.verb import Verb
from dms_kit.database import create_engine
from dms_kit.messaging.dead_letters import DeadLetterStore
from dms_kit.messaging.outbox import resend
from dms_kit.migrations import Schema, await_fitting_schema, check_schema, migrate
from dms_kit.process import run_until_signal, settle_memory
from dms_kit.telemetry import configure_logging, serve_metrics

_NOWHERE = "postgresql+asyncpg://nowhere/none"


class ServiceSettings(Protocol):
    """What every verb reads of a service's settings."""

    @property
    def log_level(self) -> str:
        """Return the least level that is logged."""
        ...

    @property
    def metrics_port(self) -> int | None:
        """Return the port of /metrics on the loopback interface."""
        ...

    @property
    def system_database_url(self) -> str:
        """Return the PostgreSQL URL of the role that owns the schema."""
        ...


class Container(Protocol):
    """All parts of one process."""

    async def close(self) -> None:
        """Give back what they hold."""
        ...


SettingsT = TypeVar("SettingsT", bound=ServiceSettings)
ContainerT = TypeVar("ContainerT", bound=Container)
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, kw_only=True)
class ServiceCommands(Generic[SettingsT, ContainerT]):
    """
    What a service gives its command line.

    `settings` reads the environment, `port` is the API's own one; `described` builds a container that reaches nothing
    and of which only the API is described (see `nowhere`).
    """

    service: str
    port: int
    settings: Callable[[], SettingsT]
    build: Callable[[SettingsT], ContainerT]
    described: Callable[[], ContainerT]
    create_app: Callable[[ContainerT], FastAPI]
    run_relay: Callable[[ContainerT, asyncio.Event], Awaitable[None]]
    run_consumers: Callable[[ContainerT, asyncio.Event], Awaitable[None]]
    schema: Schema

    def verbs(self, *own: Verb) -> list[Verb]:
        """Return the verbs of every service, with the service's own ones among them."""
        relay, consumers = self._loop(self.run_relay), self._loop(self.run_consumers)
        return [
            Verb(name="api", help="Startet die HTTP-API.", run=self._api, arguments=self._api_arguments),
            Verb(name="relay", help="Sendet die Ereignisse des Dienstes an den Bus.", run=relay),
            Verb(name="consumers", help="Verarbeitet die Ereignisse der anderen Dienste.", run=consumers),
            Verb(name="migrate", help="Bringt das Datenbankschema auf den neuesten Stand.", run=self._migrate),
            *own,
            Verb(name="resend", help="Sendet alle aufbewahrten Ereignisse noch einmal.", run=self._resend),
            dead_letter_verb(self._dead_letters),
            Verb(name="openapi", help="Schreibt die API-Beschreibung (OpenAPI 3.1) als YAML.", run=self._openapi),
        ]

    async def with_container(
        self,
        work: Callable[[ContainerT], Awaitable[ResultT]],
        *,
        waits: bool = False,
        logs: BinaryIO | None = None,
    ) -> ResultT:
        """
        Do a process's work between building its container from the environment and closing it.

        Raises `SchemaMismatchError` before anything else where the schema does not fit; `waits` for a database that
        does not answer. `logs` is where events go when standard output is for the verb's own lines.
        """
        settings = self.settings()
        configure_logging(self.service, level=settings.log_level, stream=logs)
        if settings.metrics_port is not None:
            serve_metrics(settings.metrics_port)
        check = await_fitting_schema if waits else check_schema
        await check(settings.system_database_url, self.schema)
        container = self.build(settings)
        try:
            return await work(container)
        finally:
            await container.close()

    async def openapi(self) -> str:
        """Return the API document as YAML; needs no server and no database."""
        container = self.described()
        try:
            document = self.create_app(container).openapi()
        finally:
            await container.close()
        return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)

    def _api_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="Adresse, auf der die API hört")
        parser.add_argument("--port", type=int, default=self.port, help="Port der API")

    async def _api(self, arguments: argparse.Namespace) -> None:
        async def serve(container: ContainerT) -> None:
            app = self.create_app(container)
            config = uvicorn.Config(app, host=arguments.host, port=arguments.port, log_config=None, access_log=False)
            settle_memory()
            await uvicorn.Server(config).serve()

        await self.with_container(serve, waits=True)

    def _loop(
        self, run: Callable[[ContainerT, asyncio.Event], Awaitable[None]]
    ) -> Callable[[argparse.Namespace], Awaitable[None]]:
        async def loop(_arguments: argparse.Namespace) -> None:
            await self.with_container(lambda container: run_until_signal(lambda stop: run(container, stop)), waits=True)

        return loop

    async def _migrate(self, _arguments: argparse.Namespace) -> None:
        await migrate(self.settings().system_database_url, self.schema)

    @asynccontextmanager
    async def _dead_letters(self) -> AsyncIterator[DeadLetterStore]:
        engine = create_engine(self.settings().system_database_url, pool_size=1)
        try:
            yield DeadLetterStore(engine, self.schema.metadata)
        finally:
            await engine.dispose()

    async def _resend(self, _arguments: argparse.Namespace) -> None:
        engine = create_engine(self.settings().system_database_url, pool_size=1)
        try:
            count = await resend(engine, self.schema.metadata)
        finally:
            await engine.dispose()
        sys.stdout.write(f"Ereignisse, die erneut gesendet werden: {count}\n")

    async def _openapi(self, _arguments: argparse.Namespace) -> None:
        sys.stdout.write(await self.openapi())


def nowhere(service: str) -> dict[str, Any]:
    """Return settings of a service with database URLs that nothing answers at."""
    name = f"DMS_{service.upper()}"
    return {
        f"{name}_DATABASE_URL": _NOWHERE,
        f"{name}_SYSTEM_DATABASE_URL": _NOWHERE,
        "bus_database_url": _NOWHERE,
    }
