"""The processes of ingest."""

import asyncio
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import text

from dms_ingest.adapters.postgres.tables import metadata
from dms_ingest.api import antraege, info, well_known
from dms_ingest.api.dependencies import Ingest
from dms_ingest.api.openapi import openapi_router
from dms_ingest.api.problems import problem_router
from dms_ingest.api.upload import UploadLimits
from dms_ingest.bootstrap import SERVICE, Container
from dms_ingest.use_cases.reap_objekte import ObjektReaping, reap_objekte
from dms_ingest.use_cases.republish_antraege import republish_antraege
from dms_kit.core.ids import new_id
from dms_kit.migrations import Schema
from dms_kit.process import measure_until
from dms_kit.web.app import create_app as create_web_app
from dms_kit.web.dead_letters import dead_letter_router
from dms_kit.web.health import Check, Readiness
from dms_kit.web.quarantine import quarantine_router
from dms_kit.web.scrub import scrub_router

SCHEMA = Schema(metadata, Path(__file__).parents[2] / "migrations")
# Fewer than the connections of the pool, so that reading is never shut out.
_TURNS = 8
_CRITICAL = ("datenbank", "objektspeicher")


def create_app(container: Container) -> FastAPI:
    """Return the HTTP API, with the pages that ingest serves for the whole origin."""
    settings = container.settings
    app = create_web_app(
        title="Registratur: Eingang",
        description="Anträge annehmen, quittieren und ihren Verlauf zeigen.",
        service=SERVICE,
        verifier=container.verifier,
        routers=[
            antraege.router,
            info.router,
            well_known.router,
            dead_letter_router(SERVICE),
            quarantine_router(SERVICE),
            scrub_router(SERVICE),
            problem_router(settings.repository / "docs/problems"),
        ],
        ready_checks=_checks(container),
        critical=_CRITICAL,
        cors_origins=settings.cors_origins,
        body_limit=settings.json_body_limit,
        state={"ingest": _parts(container), "dead_letters": container.dead_letters, "fixity": container.fixity},
    )
    app.include_router(openapi_router(sorted(settings.repository.glob("services/*/openapi.yaml")), app.openapi))
    return app


def readiness(container: Container) -> Readiness:
    """Return what health asks: without database or store ingest accepts nothing, the rest only restricts it."""
    return Readiness(SERVICE, _checks(container), _CRITICAL)


async def run_relay(container: Container, stop: asyncio.Event) -> None:
    """Send what ingest has to say, and seal its audit entries, until `stop` is set."""
    relay, sealer = container.relay, container.sealer
    await asyncio.gather(relay.run(stop), sealer.run(stop), measure_until(stop, [relay, sealer]))


async def run_consumers(container: Container, stop: asyncio.Event) -> None:
    """Listen to the other services, and read the objects again and again, until `stop` is set."""
    await asyncio.gather(
        container.consumer.run(stop),
        container.scrubber.run(stop),
        measure_until(stop, [container.consumer, container.fixity_reader]),
    )


async def reap(container: Container, grace: timedelta) -> ObjektReaping:
    """Delete the objects that no row names."""
    return await reap_objekte(
        grace=grace, references=container.references, store=container.store, clock=container.clock
    )


async def republish(container: Container, group: str) -> int:
    """Publish every kept Antrag of all Mandanten again for one group."""
    run = str(new_id())
    count = 0
    for mandant in sorted(set(container.settings.issuers.values())):
        count += await republish_antraege(group=group, run=run, unit_of_work=container.units.for_mandant(mandant))
    return count


def _parts(container: Container) -> Ingest:
    settings = container.settings
    return Ingest(
        units=container.units,
        scopes=container.scopes,
        answered=container.answered,
        store=container.store,
        discard=container.discard,
        types=container.content_types,
        signer=container.signer,
        clock=container.clock,
        limits=UploadLimits(
            max_file_bytes=settings.max_file_bytes,
            max_total_bytes=settings.max_total_bytes,
            max_files=settings.max_files,
            max_antrag_bytes=settings.max_antrag_bytes,
            max_upload_seconds=settings.max_upload_seconds,
        ),
        issuer=settings.public_url,
        turns=asyncio.Semaphore(_TURNS),
    )


def _checks(container: Container) -> dict[str, Check]:
    async def database() -> None:
        async with container.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    return {
        "datenbank": database,
        "objektspeicher": container.store.ping,
        "ereignisbus": container.bus.ping,
        "anmeldung": container.verifier.ping,
    }
