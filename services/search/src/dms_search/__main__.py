"""The command line of search."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable

import uvicorn
import yaml

from dms_kit.process import Verb, run_command_line, run_until_signal
from dms_kit.telemetry import configure_logging, serve_metrics
from dms_search import main
from dms_search.bootstrap import SERVICE, Container, build
from dms_search.settings import Settings

_PORT = 8083


async def _api(arguments: argparse.Namespace) -> None:
    container = _container()
    server = uvicorn.Server(
        uvicorn.Config(
            main.create_app(container), host=arguments.host, port=arguments.port, log_config=None, access_log=False
        )
    )
    try:
        await server.serve()
    finally:
        await container.close()


def _loop(
    run: Callable[[Container, asyncio.Event], Awaitable[None]],
) -> Callable[[argparse.Namespace], Awaitable[None]]:
    async def loop(_arguments: argparse.Namespace) -> None:
        container = _container()
        try:
            await run_until_signal(lambda stop: run(container, stop))
        finally:
            await container.close()

    return loop


async def _migrate(_arguments: argparse.Namespace) -> None:
    await main.migrate(Settings())


async def _openapi(_arguments: argparse.Namespace) -> None:
    sys.stdout.write(await openapi())


async def openapi() -> str:
    """Return the API document as YAML; needs no server and no database."""
    nowhere = "postgresql+asyncpg://nowhere/none"
    container = build(
        Settings(DMS_SEARCH_DATABASE_URL=nowhere, DMS_SEARCH_SYSTEM_DATABASE_URL=nowhere, bus_database_url=nowhere)
    )
    try:
        document = main.create_app(container).openapi()
    finally:
        await container.close()
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


def _container() -> Container:
    settings = Settings()
    configure_logging(SERVICE)
    if settings.metrics_port is not None:
        serve_metrics(settings.metrics_port)
    return build(settings)


def _api_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="Adresse, auf der die API hört")
    parser.add_argument("--port", type=int, default=_PORT, help="Port der API")


VERBS = [
    Verb(name="api", help="Startet die HTTP-API.", run=_api, arguments=_api_arguments),
    Verb(name="relay", help="Sendet die Ereignisse des Dienstes an den Bus.", run=_loop(main.run_relay)),
    Verb(
        name="consumers",
        help="Verarbeitet die Ereignisse der anderen Dienste und hält den Index.",
        run=_loop(main.run_consumers),
    ),
    Verb(name="migrate", help="Bringt das Datenbankschema auf den neuesten Stand.", run=_migrate),
    Verb(name="openapi", help="Schreibt die API-Beschreibung (OpenAPI 3.1) als YAML.", run=_openapi),
]

if __name__ == "__main__":
    sys.exit(run_command_line(SERVICE, VERBS))
