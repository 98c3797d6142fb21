"""The one place where records' ports get their adapters."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.access import ScopeResolver
from dms_kit.adapters.choose_store import OwnedStore, choose_store
from dms_kit.adapters.content_types import ContentTypes
from dms_kit.adapters.discarding_writer import DiscardingWriter
from dms_kit.adapters.event_bus import choose_bus
from dms_kit.adapters.oidc_verifier import OidcVerifier
from dms_kit.audit.sealing import Sealer
from dms_kit.commands.sealer import build_sealer
from dms_kit.core.clock import Clock, SystemClock
from dms_kit.database import create_engine
from dms_kit.fixity.desk import FixityDesk
from dms_kit.fixity.reader import FixityReader
from dms_kit.fixity.scrubber import Scrubber, plan_of
from dms_kit.messaging.consumer import Consumer
from dms_kit.messaging.dead_letters import DeadLetterStore
from dms_kit.messaging.relay import Relay
from dms_kit.messaging.waking import Waker
from dms_kit.ports.event_bus import EventBus
from dms_kit.ports.object_store import ObjectStore
from dms_kit.ports.token_verifier import TokenVerifier
from dms_kit.unit_of_work import UnitOfWorkFactory
from dms_records.adapters.clamd import ClamdScanner
from dms_records.adapters.postgres.objekte import ObjektReader
from dms_records.adapters.postgres.organisation import load_directory
from dms_records.adapters.postgres.tables import metadata
from dms_records.adapters.postgres.unit_of_work import RecordsUnitOfWork
from dms_records.adapters.postgres.virenpruefungen import DateienReader
from dms_records.adapters.postgres.zaehler import ZaehlerReihe
from dms_records.adapters.scan_report import report_scan
from dms_records.bus.incoming import subscriptions
from dms_records.bus.outgoing import to_message
from dms_records.domain.virenpruefung import VirenpruefungRegel
from dms_records.settings import Settings
from dms_records.use_cases.scanning import Scanning
from dms_records.use_cases.serving import Serving

SERVICE = "records"


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What the other parts of a process are made of."""

    settings: Settings
    clock: Clock
    engine: AsyncEngine
    system_engine: AsyncEngine
    store: ObjectStore
    bus: EventBus
    waker: Waker
    units: UnitOfWorkFactory[RecordsUnitOfWork]
    regel: VirenpruefungRegel
    dateien: DateienReader


@dataclass(frozen=True, kw_only=True)
class Container(Basis):
    """All parts of one process of records; `close` gives back what they hold."""

    content_types: ContentTypes
    discard: DiscardingWriter
    verifier: TokenVerifier
    scopes: ScopeResolver
    zaehler: ZaehlerReihe
    dead_letters: DeadLetterStore
    consumer: Consumer
    relay: Relay
    sealer: Sealer
    scanning: Scanning | None
    serving: Serving
    fixity: FixityDesk
    fixity_reader: FixityReader
    scrubber: Scrubber

    async def close(self) -> None:
        """Close connections."""
        await self.waker.close()
        if isinstance(self.verifier, OidcVerifier):
            await self.verifier.close()
        await self.bus.close()
        if isinstance(self.store, OwnedStore):
            await self.store.close()
        await self.engine.dispose()
        await self.system_engine.dispose()
        await self.sealer.close()


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    store: ObjectStore | None = None,
    bus: EventBus | None = None,
    verifier: TokenVerifier | None = None,
) -> Container:
    """Compose a process from its settings; tests give their own clock, store, bus or verifier."""
    basis = _basis(
        settings,
        clock=clock or SystemClock(),
        store=store or choose_store(settings, SERVICE),
        bus=bus or choose_bus(settings),
    )
    clock, store, units, system_engine = basis.clock, basis.store, basis.units, basis.system_engine
    named, plan, dead_letters = ObjektReader(system_engine), plan_of(settings), DeadLetterStore(system_engine, metadata)
    table = subscriptions(store=store, units=units, clock=clock)
    return Container(
        **vars(basis),
        content_types=ContentTypes(),
        discard=DiscardingWriter(),
        verifier=verifier or OidcVerifier(settings.issuers, audience=settings.audience),
        scopes=ScopeResolver(partial(load_directory, basis.engine), clock, ttl=1.0),
        zaehler=ZaehlerReihe(system_engine),
        dead_letters=dead_letters,
        consumer=Consumer(basis.bus, SERVICE, table, dead_letters),
        relay=Relay(system_engine, metadata, basis.bus, SERVICE),
        sealer=build_sealer(settings, system_engine, metadata, service=SERVICE, clock=clock),
        scanning=_scanning(basis),
        serving=Serving(store=store, unit_of_work=units.for_mandant, clock=clock),
        fixity=FixityDesk(service=SERVICE, store=store, named=named, units=units, clock=clock, sample=plan.sample),
        fixity_reader=FixityReader(system_engine, metadata),
        scrubber=Scrubber(service=SERVICE, store=store, named=named, units=units, clock=clock, plan=plan),
    )


def _basis(settings: Settings, *, clock: Clock, store: ObjectStore, bus: EventBus) -> Basis:
    engine = create_engine(settings.database_url)
    system_engine = create_engine(settings.system_database_url, pool_size=4)
    waker = Waker(settings.database_url, SERVICE)
    regel = VirenpruefungRegel(
        is_on=settings.virus_scanner != "none", withholds_unscanned=settings.virus_unscanned == "withheld"
    )
    units = UnitOfWorkFactory(
        RecordsUnitOfWork,
        engine=engine,
        metadata=metadata,
        service=SERVICE,
        clock=clock,
        to_message=lambda event: to_message(event, regel),
        wake=waker.wake,
    )
    return Basis(
        settings=settings,
        clock=clock,
        engine=engine,
        system_engine=system_engine,
        store=store,
        bus=bus,
        waker=waker,
        units=units,
        regel=regel,
        dateien=DateienReader(system_engine),
    )


def _scanning(basis: Basis) -> Scanning | None:
    settings = basis.settings
    if settings.virus_scanner == "none":
        return None
    scanner = ClamdScanner(settings.clamd_address, max_bytes=settings.clamd_max_bytes, seconds=settings.clamd_seconds)
    return Scanning(
        scanner=scanner,
        store=basis.store,
        dateien=basis.dateien,
        unit_of_work=basis.units.for_mandant,
        clock=basis.clock,
        report=report_scan,
    )
