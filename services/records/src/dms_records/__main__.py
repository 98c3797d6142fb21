"""The command line of records."""

import argparse
import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import uvicorn
import yaml

from dms_kit.process import Verb, run_command_line, run_until_signal
from dms_kit.telemetry import configure_logging, serve_metrics
from dms_records import main
from dms_records.bootstrap import SERVICE, Container, build
from dms_records.domain.errors import GemeindeInvalidError
from dms_records.settings import Settings

Result = TypeVar("Result")

_PORT = 8082
_NOWHERE = "postgresql+asyncpg://nowhere/none"
_DURATION = re.compile(r"(\d{1,9})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


async def _api(arguments: argparse.Namespace) -> None:
    async def serve(container: Container) -> None:
        app = main.create_app(container)
        config = uvicorn.Config(app, host=arguments.host, port=arguments.port, log_config=None, access_log=False)
        await uvicorn.Server(config).serve()

    await _with_container(serve)


def _loop(
    run: Callable[[Container, asyncio.Event], Awaitable[None]],
) -> Callable[[argparse.Namespace], Awaitable[None]]:
    async def loop(_arguments: argparse.Namespace) -> None:
        await _with_container(lambda container: run_until_signal(lambda stop: run(container, stop)))

    return loop


async def _migrate(_arguments: argparse.Namespace) -> None:
    await main.migrate(Settings())


async def _apply(arguments: argparse.Namespace) -> int:
    try:
        changes = await _with_container(lambda container: main.apply(container, arguments.file))
    except GemeindeInvalidError as error:
        sys.stderr.write(f"Fehler: {error}\n")
        return 1
    sys.stdout.write(f"{changes} Änderungen\n")
    return 0


async def _reap(arguments: argparse.Namespace) -> None:
    deleted = await _with_container(lambda container: main.reap(container, arguments.grace))
    sys.stdout.write(f"{deleted} verwaiste Objekte gelöscht\n")


async def _republish(arguments: argparse.Namespace) -> None:
    total = await _with_container(lambda container: main.republish_for(container, arguments.group))
    sys.stdout.write(f"{total} Objekte noch einmal gemeldet\n")


async def _rescan(_arguments: argparse.Namespace) -> None:
    total = await _with_container(main.rescan)
    sys.stdout.write(f"{total} Dateien warten wieder auf die Virenprüfung\n")


async def _openapi(_arguments: argparse.Namespace) -> None:
    sys.stdout.write(await openapi())


async def openapi() -> str:
    """Return the API document as YAML; needs no server and no database."""
    container = build(
        Settings(DMS_RECORDS_DATABASE_URL=_NOWHERE, DMS_RECORDS_SYSTEM_DATABASE_URL=_NOWHERE, bus_database_url=_NOWHERE)
    )
    try:
        document = main.create_app(container).openapi()
    finally:
        await container.close()
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


async def _with_container(work: Callable[[Container], Awaitable[Result]]) -> Result:
    settings = Settings()
    configure_logging(SERVICE)
    if settings.metrics_port is not None:
        serve_metrics(settings.metrics_port)
    container = build(settings)
    try:
        return await work(container)
    finally:
        await container.close()


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError("erwartet wird eine Dauer wie 0s, 30m oder 24h")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _api_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="Adresse, auf der die API hört")
    parser.add_argument("--port", type=int, default=_PORT, help="Port der API")


def _apply_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="DATEI", help="YAML-Datei einer Gemeinde")


def _reap_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--grace", type=_duration, default="24h", help="Mindestalter der Objekte (0s nur in Ruhe)")


def _republish_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--group", required=True, help="Empfangende Gruppe, zum Beispiel search")


VERBS = [
    Verb(name="api", help="Startet die HTTP-API.", run=_api, arguments=_api_arguments),
    Verb(name="relay", help="Sendet die Ereignisse des Dienstes an den Bus.", run=_loop(main.run_relay)),
    Verb(name="consumers", help="Verarbeitet die Ereignisse der anderen Dienste.", run=_loop(main.run_consumers)),
    Verb(name="migrate", help="Bringt das Datenbankschema auf den neuesten Stand.", run=_migrate),
    Verb(name="apply", help="Wendet die Datei einer Gemeinde an.", run=_apply, arguments=_apply_arguments),
    Verb(name="reap", help="Löscht Objekte, die niemand nennt.", run=_reap, arguments=_reap_arguments),
    Verb(
        name="republish",
        help="Meldet einer Gruppe alle lebenden Objekte noch einmal.",
        run=_republish,
        arguments=_republish_arguments,
    ),
    Verb(name="rescan", help="Prüft noch einmal, was nicht auf Viren geprüft werden konnte.", run=_rescan),
    Verb(name="openapi", help="Schreibt die API-Beschreibung (OpenAPI 3.1) als YAML.", run=_openapi),
]

if __name__ == "__main__":
    sys.exit(run_command_line(SERVICE, VERBS))
