"""The processes of records."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from fastapi import FastAPI
from sqlalchemy import text

from dms_kit.core.ids import new_id
from dms_kit.database import is_passing
from dms_kit.migrations import Schema
from dms_kit.process import Measurable, measure_until
from dms_kit.web.app import create_app as create_web_app
from dms_kit.web.dead_letters import dead_letter_router
from dms_kit.web.health import Check, Readiness
from dms_kit.web.quarantine import quarantine_router
from dms_kit.web.scrub import scrub_router
from dms_records.adapters.gemeinde_file import read_gemeinde
from dms_records.adapters.postgres.objekte import ObjektReader
from dms_records.adapters.postgres.outbox_reader import OutboxReader
from dms_records.adapters.postgres.tables import metadata
from dms_records.adapters.postgres.virenpruefungen import DateienReader
from dms_records.api import (
    akten,
    aktenbestandsverzeichnis,
    aktenplan,
    aktenplan_import,
    auschecken,
    befunde,
    beteiligte,
    dokumente,
    dokumententwuerfe,
    dokumentversionen,
    einchecken,
    ich,
    organisationseinheiten,
    papierkorb,
    posteingang,
    protokoll,
    reorganisationen,
    uebergaben,
    uploads,
    verweise,
    vorgaenge,
    zustaendigkeiten,
)
from dms_records.api.aktenplanbaum import Aktenplanbaeume
from dms_records.bootstrap import SERVICE, Container
from dms_records.bus.published import version_of
from dms_records.use_cases.apply_gemeinde import apply_gemeinde
from dms_records.use_cases.findable import Findable, findable
from dms_records.use_cases.reap_objekte import reap_objekte
from dms_records.use_cases.reap_papierkorb import reap_papierkorb
from dms_records.use_cases.reap_uploads import reap_uploads
from dms_records.use_cases.republish import complete_republish, republish
from dms_records.use_cases.republish_some import republish_some
from dms_records.use_cases.rescan import rescan as rescan_of
from dms_records.use_cases.scan_dateien import scan_dateien
from dms_records.use_cases.scanning import Scanning

SCHEMA = Schema(metadata, Path(__file__).parents[2] / "migrations")
_CRITICAL = ("datenbank", "objektspeicher")
# What a crash of the server can cost an upload at most: bytes are noted whenever so many are durable.
_UPLOAD_PART_BYTES = 64 * 1024 * 1024
_SCAN_SECONDS = 0.5
_STANDBY_SECONDS = 2.0
_LONGEST_PAUSE = 10.0
# Every noun of the API.
_PARTS = (
    akten,
    aktenbestandsverzeichnis,
    uebergaben,
    vorgaenge,
    beteiligte,
    dokumente,
    dokumententwuerfe,
    dokumentversionen,
    papierkorb,
    verweise,
    uploads,
    auschecken,
    einchecken,
    # Before the units: its paths would be taken for their ids.
    aktenplan_import,
    aktenplan,
    organisationseinheiten,
    zustaendigkeiten,
    reorganisationen,
    posteingang,
    protokoll,
    ich,
    befunde,
)

log = structlog.get_logger()


def create_app(container: Container) -> FastAPI:
    """Return the HTTP API."""
    return create_web_app(
        title="Registratur: Schriftgut",
        description="Akten, Vorgänge und Dokumente, der Aktenplan und die Organisation, der Posteingang.",
        service=SERVICE,
        verifier=container.verifier,
        routers=[
            *(part.router for part in _PARTS),
            dead_letter_router(SERVICE),
            quarantine_router(SERVICE),
            scrub_router(SERVICE),
        ],
        ready_checks=_checks(container),
        critical=_CRITICAL,
        cors_origins=container.settings.cors_origins,
        body_limit=container.settings.json_body_limit,
        state=_state(container),
    )


def readiness(container: Container) -> Readiness:
    """Return what health asks: without database or store records cannot answer, the rest only restricts it."""
    return Readiness(SERVICE, _checks(container), _CRITICAL)


async def run_relay(container: Container, stop: asyncio.Event) -> None:
    """Send what records has to say, and seal its audit entries, until `stop` is set."""
    relay, sealer = container.relay, container.sealer
    await asyncio.gather(relay.run(stop), sealer.run(stop), measure_until(stop, [relay, sealer]))


async def run_consumers(container: Container, stop: asyncio.Event) -> None:
    """Listen to the other services, and have files scanned for viruses and objects read again, until `stop` is set."""
    measured: list[Measurable] = [container.consumer, container.fixity_reader]
    work = [container.consumer.run(stop), container.scrubber.run(stop)]
    if container.scanning is not None:
        measured.append(container.dateien)
        work.append(_scan_until(stop, container.scanning, container.dateien))
    await asyncio.gather(*work, measure_until(stop, measured))


async def apply(container: Container, file: Path) -> int:
    """Apply the file of a municipality as the system; return the number of changes."""
    gemeinde = read_gemeinde(file)
    units = container.units.for_mandant(gemeinde.mandant)
    return await apply_gemeinde(gemeinde, unit_of_work=units, clock=container.clock)


async def reap(container: Container, grace: timedelta) -> int:
    """Destroy what is due in the Papierkorb, then delete records' objects that nothing names; return how many."""
    for mandant in await ObjektReader(container.system_engine).mandanten():
        await reap_uploads(unit_of_work=container.units.for_mandant(mandant), clock=container.clock)
        await reap_papierkorb(unit_of_work=container.units.for_mandant(mandant), clock=container.clock)
    objekte = ObjektReader(container.system_engine)
    return await reap_objekte(store=container.store, objekte=objekte, clock=container.clock, grace=grace)


async def rescan(container: Container) -> int:
    """Let the files of every Mandant wait for the scan again that could not be scanned; return how many."""
    mandanten = await ObjektReader(container.system_engine).mandanten()
    return sum([await rescan_of(unit_of_work=container.units.for_mandant(mandant)) for mandant in mandanten])


async def republish_for(container: Container, gruppe: str) -> int:
    """Publish everything of every Mandant again for one group; return how much."""
    total = 0
    for mandant in await ObjektReader(container.system_engine).mandanten():
        lauf_id, unit_of_work = str(new_id()), container.units.for_mandant(mandant)
        anzahl = await republish(lauf_id=lauf_id, gruppe=gruppe, pages=unit_of_work)
        await complete_republish(lauf_id=lauf_id, gruppe=gruppe, anzahl=anzahl, unit_of_work=unit_of_work)
        total += anzahl
    return total


def findable_of(container: Container, mandant: str) -> AsyncIterator[Findable]:
    """Yield everything of a Mandant that search has to find."""
    return findable(container.units.for_mandant(mandant))


async def published_versions(container: Container, mandant: str, ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Return the version that was last published of each object, as far as the outbox still keeps it."""
    newest = await OutboxReader(container.system_engine).newest(mandant, ids)
    return {object_id: version_of(*message) for object_id, message in newest.items()}


async def is_sending(container: Container) -> bool:
    """Say whether something that happened is not on the bus yet."""
    return await OutboxReader(container.system_engine).waits()


async def republish_to_search(container: Container, mandant: str, noun: str, ids: Collection[UUID]) -> int:
    """Publish these objects of one noun again for search; return how many there are."""
    units = container.units.for_mandant(mandant)
    return await republish_some(noun, ids, lauf_id=str(new_id()), gruppe="search", unit_of_work=units)


async def _scan_until(stop: asyncio.Event, scanning: Scanning, dateien: DateienReader) -> None:
    # A file that is being scanned must not hold up the end of the process.
    task = asyncio.create_task(_scan_for_ever(scanning, dateien))
    await stop.wait()
    task.cancel()
    await asyncio.wait([task])


async def _scan_for_ever(scanning: Scanning, dateien: DateienReader) -> None:
    pause = _SCAN_SECONDS
    while True:
        try:
            async with dateien.alone() as is_alone:
                while is_alone():
                    anzahl = await scan_dateien(scanning)
                    pause = _SCAN_SECONDS
                    if not anzahl:
                        await asyncio.sleep(_SCAN_SECONDS)
            # Another process scans; when it ends, this one goes on.
            await asyncio.sleep(_STANDBY_SECONDS)
        except Exception as error:
            if is_passing(error):
                log.warning("scan.waiting", error=type(error).__name__)
            else:
                log.exception("scan.failed")
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


def _state(container: Container) -> dict[str, Any]:
    return {
        "units": container.units,
        "scopes": container.scopes,
        "zaehler": container.zaehler,
        "store": container.store,
        "serving": container.serving,
        "baeume": Aktenplanbaeume(),
        "fixity": container.fixity,
        "clock": container.clock,
        "regel": container.regel,
        "max_ebenen": container.settings.max_ebenen,
        "types": container.content_types,
        "discard": container.discard,
        "upload": timedelta(days=container.settings.upload_days),
        "papierkorb": timedelta(days=container.settings.papierkorb_days),
        "checkout": timedelta(minutes=container.settings.checkout_minutes),
        "upload_part_bytes": _UPLOAD_PART_BYTES,
        "max_dokument_bytes": container.settings.max_dokument_bytes,
        "dead_letters": container.dead_letters,
    }


def _checks(container: Container) -> dict[str, Check]:
    async def database() -> None:
        async with container.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    scanning = container.scanning
    return {
        "datenbank": database,
        "objektspeicher": container.store.ping,
        "ereignisbus": container.bus.ping,
        "anmeldung": container.verifier.ping,
        **({} if scanning is None else {"virenscanner": scanning.scanner.ping}),
    }
