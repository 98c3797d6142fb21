"""The processes of search."""

import asyncio
import contextlib
from pathlib import Path

import structlog
from fastapi import FastAPI
from sqlalchemy import text

from dms_kit.migrations import Schema
from dms_kit.process import measure_until
from dms_kit.web.app import create_app as create_web_app
from dms_kit.web.dead_letters import dead_letter_router
from dms_kit.web.health import Check, Readiness
from dms_search.adapters.postgres.tables import metadata
from dms_search.api import betrieb, suche
from dms_search.api.dependencies import Search
from dms_search.bootstrap import SERVICE, Container
from dms_search.use_cases.keep_index import keep_index

SCHEMA = Schema(metadata, Path(__file__).parents[2] / "migrations")
_CRITICAL = ("suchindex", "datenbank")
_BUSY_SECONDS = 0.2
_IDLE_SECONDS = 1.0
_LONGEST_PAUSE = 10.0

log = structlog.get_logger()


def create_app(container: Container) -> FastAPI:
    """Return the HTTP API."""
    return create_web_app(
        title="Registratur: Suche",
        description="Akten, Vorgänge und Dokumente finden, so weit die eigenen Rechte reichen.",
        service=SERVICE,
        verifier=container.verifier,
        routers=[suche.router, betrieb.router, dead_letter_router(SERVICE)],
        ready_checks=_checks(container),
        critical=_CRITICAL,
        cors_origins=container.settings.cors_origins,
        body_limit=container.settings.json_body_limit,
        state={"search": _parts(container), "dead_letters": container.dead_letters},
    )


def readiness(container: Container) -> Readiness:
    """Return what health asks: without an index nothing is found, without a database no right is known."""
    return Readiness(SERVICE, _checks(container), _CRITICAL)


async def run_relay(container: Container, stop: asyncio.Event) -> None:
    """Send what search has to say, and seal its audit entries, until `stop` is set."""
    relay, sealer = container.relay, container.sealer
    await asyncio.gather(relay.run(stop), sealer.run(stop), measure_until(stop, [relay, sealer]))


async def run_consumers(container: Container, stop: asyncio.Event) -> None:
    """Index what is heard, and keep an index that answers, until `stop` is set; the only writer of the index."""
    try:
        await asyncio.gather(
            container.consumer.run(stop),
            _keep(container, stop),
            _end_workers(container, stop),
            measure_until(stop, [container.consumer]),
        )
    finally:
        await container.index.release()


async def _keep(container: Container, stop: asyncio.Event) -> None:
    failures = 0
    while not stop.is_set():
        try:
            pause = _BUSY_SECONDS if await keep_index(container.keeping) else _IDLE_SECONDS
            failures = 0
        except Exception as error:
            failures += 1
            pause = min(_BUSY_SECONDS * 2**failures, _LONGEST_PAUSE)
            log.warning("index.keeping_failed", exc_info=error)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


async def _end_workers(container: Container, stop: asyncio.Event) -> None:
    # A file that is being read must not hold up the end of the process.
    with contextlib.suppress(Exception):
        await container.extraction.warm()
    await stop.wait()
    await container.extraction.close()


def _parts(container: Container) -> Search:
    return Search(
        units=container.units,
        scopes=container.scopes,
        index=container.index,
        backlog=container.backlog,
        clock=container.clock,
    )


def _checks(container: Container) -> dict[str, Check]:
    async def database() -> None:
        async with container.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    return {
        "suchindex": container.index.ping,
        "datenbank": database,
        "ereignisbus": container.bus.ping,
        "objektspeicher": container.store.ping,
        "anmeldung": container.verifier.ping,
        f"textauszug_{container.extraction.confinement}": container.extraction.ping,
    }
