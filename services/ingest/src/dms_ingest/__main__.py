"""The command line of ingest."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import uvicorn
import yaml
from joserfc.jwk import ECKey

from dms_ingest import main
from dms_ingest.adapters.quittung_signer import EcQuittungSigner
from dms_ingest.bootstrap import SERVICE, Container, build
from dms_ingest.settings import Settings
from dms_kit.process import Verb, run_command_line, run_until_signal
from dms_kit.telemetry import configure_logging, serve_metrics

_PORT = 8081
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


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
    settings = Settings(
        DMS_INGEST_DATABASE_URL=nowhere,
        DMS_INGEST_SYSTEM_DATABASE_URL=nowhere,
        bus_database_url=nowhere,
        # The merged document is made of what this prints.
        repository=Path("nowhere"),
    )
    container = build(settings, signer=EcQuittungSigner(ECKey.generate_key("P-256")))
    try:
        document = main.create_app(container).openapi()
    finally:
        await container.close()
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


async def _reap(arguments: argparse.Namespace) -> None:
    container = _container()
    try:
        done = await main.reap(container, arguments.grace)
    finally:
        await container.close()
    sys.stdout.write(f"freigegebene Anträge: {done.released}, Objekte: {done.seen}, gelöscht: {done.deleted}\n")


async def _republish(arguments: argparse.Namespace) -> None:
    container = _container()
    try:
        count = await main.republish(container, arguments.group)
    finally:
        await container.close()
    sys.stdout.write(f"erneut gemeldete Anträge: {count}\n")


def _container() -> Container:
    settings = Settings()
    configure_logging(SERVICE)
    if settings.metrics_port is not None:
        serve_metrics(settings.metrics_port)
    return build(settings)


def _api_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="Adresse, auf der die API hört")
    parser.add_argument("--port", type=int, default=_PORT, help="Port der API")


def _reap_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--grace", type=_duration, default=timedelta(hours=24), help="Schonfrist, zum Beispiel 24h, 30m oder 0s"
    )


def _republish_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--group", required=True, help="Dienst, der die Anträge noch einmal hören soll")


def _duration(text: str) -> timedelta:
    number, unit = text[:-1], _UNITS.get(text[-1:])
    if unit is None or not number.isdecimal():
        raise argparse.ArgumentTypeError("erwartet wird eine Zahl mit s, m, h oder d")
    return timedelta(**{unit: int(number)})


VERBS = [
    Verb(name="api", help="Startet die HTTP-API.", run=_api, arguments=_api_arguments),
    Verb(name="relay", help="Sendet die Ereignisse des Dienstes an den Bus.", run=_loop(main.run_relay)),
    Verb(name="consumers", help="Verarbeitet die Ereignisse der anderen Dienste.", run=_loop(main.run_consumers)),
    Verb(name="migrate", help="Bringt das Datenbankschema auf den neuesten Stand.", run=_migrate),
    Verb(
        name="reap",
        help="Löscht Objekte, die älter als die Schonfrist sind und die keine Zeile nennt.",
        run=_reap,
        arguments=_reap_arguments,
    ),
    Verb(
        name="republish",
        help="Meldet alle Anträge noch einmal für einen Empfänger.",
        run=_republish,
        arguments=_republish_arguments,
    ),
    Verb(name="openapi", help="Schreibt die API-Beschreibung (OpenAPI 3.1) als YAML.", run=_openapi),
]

if __name__ == "__main__":
    sys.exit(run_command_line(SERVICE, VERBS))
