"""The processes of workflow."""

import asyncio
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import text

from dms_kit.migrations import Schema
from dms_kit.process import measure_until
from dms_kit.web.app import create_app as create_web_app
from dms_kit.web.dead_letters import dead_letter_router
from dms_kit.web.health import Check, Readiness
from dms_workflow.adapters.postgres.tables import metadata
from dms_workflow.api import aufgaben
from dms_workflow.bootstrap import SERVICE, Container

SCHEMA = Schema(metadata, Path(__file__).parents[2] / "migrations")
_CRITICAL = ("datenbank",)


def create_app(container: Container) -> FastAPI:
    """Return the HTTP API."""
    return create_web_app(
        title="Registratur: Aufgaben",
        description="Was mit einem Vorgang zu tun ist, für welche Organisationseinheit, und wer es tut.",
        service=SERVICE,
        verifier=container.verifier,
        routers=[aufgaben.router, dead_letter_router(SERVICE)],
        ready_checks=_checks(container),
        critical=_CRITICAL,
        cors_origins=container.settings.cors_origins,
        body_limit=container.settings.json_body_limit,
        state={
            "units": container.units,
            "scopes": container.scopes,
            "clock": container.clock,
            "dead_letters": container.dead_letters,
        },
    )


def readiness(container: Container) -> Readiness:
    """Return what health asks: without its database workflow cannot answer, the rest only restricts it."""
    return Readiness(SERVICE, _checks(container), _CRITICAL)


async def run_relay(container: Container, stop: asyncio.Event) -> None:
    """Send what workflow has to say, and seal its audit entries, until `stop` is set."""
    relay, sealer = container.relay, container.sealer
    await asyncio.gather(relay.run(stop), sealer.run(stop), measure_until(stop, [relay, sealer]))


async def run_consumers(container: Container, stop: asyncio.Event) -> None:
    """Listen to the other services until `stop` is set."""
    await asyncio.gather(container.consumer.run(stop), measure_until(stop, [container.consumer]))


def _checks(container: Container) -> dict[str, Check]:
    async def database() -> None:
        async with container.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    return {"datenbank": database, "ereignisbus": container.bus.ping, "anmeldung": container.verifier.ping}
