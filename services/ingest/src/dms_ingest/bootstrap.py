"""The composition root of ingest: the only file that chooses adapters."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from dms_ingest.adapters.postgres.answered_keys import AnsweredKeys
from dms_ingest.adapters.postgres.objekt_references import ObjektReferences
from dms_ingest.adapters.postgres.tables import metadata
from dms_ingest.adapters.postgres.unit_of_work import IngestUnitOfWork
from dms_ingest.adapters.quittung_signer import EcQuittungSigner, load_signer
from dms_ingest.bus.incoming import subscriptions
from dms_ingest.bus.outgoing import to_message
from dms_ingest.settings import Settings
from dms_kit.access import ScopeResolver
from dms_kit.access.projection import load_directory
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
from dms_kit.ports.token_verifier import TokenVerifier
from dms_kit.unit_of_work import UnitOfWorkFactory

SERVICE = "ingest"


@dataclass(frozen=True, kw_only=True)
class Container:
    """Everything that ingest's processes share."""

    settings: Settings
    clock: Clock
    engine: AsyncEngine
    system_engine: AsyncEngine
    bus: EventBus
    store: OwnedStore
    discard: DiscardingWriter
    content_types: ContentTypes
    signer: EcQuittungSigner
    verifier: TokenVerifier
    waker: Waker
    scopes: ScopeResolver
    units: UnitOfWorkFactory[IngestUnitOfWork]
    answered: AnsweredKeys
    references: ObjektReferences
    fixity: FixityDesk
    fixity_reader: FixityReader
    scrubber: Scrubber
    dead_letters: DeadLetterStore
    relay: Relay
    sealer: Sealer
    consumer: Consumer

    async def close(self) -> None:
        """Close every connection."""
        await self.waker.close()
        if isinstance(self.verifier, OidcVerifier):
            await self.verifier.close()
        await self.bus.close()
        await self.engine.dispose()
        await self.system_engine.dispose()
        await self.sealer.close()
        await self.store.close()


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    verifier: TokenVerifier | None = None,
    signer: EcQuittungSigner | None = None,
) -> Container:
    """Put ingest together; opens no connection yet, but makes the keys that it publishes unless a signer is given."""
    clock = clock or SystemClock()
    engine = create_engine(settings.database_url)
    system_engine = create_engine(settings.system_database_url, pool_size=5)
    bus = choose_bus(settings)
    waker = Waker(settings.database_url, SERVICE)
    dead_letters = DeadLetterStore(system_engine, metadata)
    store, named, plan = choose_store(settings, SERVICE), ObjektReferences(system_engine), plan_of(settings)
    units = UnitOfWorkFactory(
        IngestUnitOfWork,
        engine=engine,
        metadata=metadata,
        service=SERVICE,
        clock=clock,
        to_message=to_message,
        wake=waker.wake,
    )
    return Container(
        settings=settings,
        clock=clock,
        engine=engine,
        system_engine=system_engine,
        bus=bus,
        store=store,
        discard=DiscardingWriter(),
        content_types=ContentTypes(),
        signer=signer or load_signer(settings.quittung_key_file, settings.audit_key_file),
        verifier=verifier or OidcVerifier(settings.issuers, settings.audience, clock=clock),
        waker=waker,
        scopes=ScopeResolver(partial(load_directory, engine, metadata), clock),
        units=units,
        answered=AnsweredKeys(engine),
        references=named,
        fixity=FixityDesk(service=SERVICE, store=store, named=named, units=units, clock=clock, sample=plan.sample),
        fixity_reader=FixityReader(system_engine, metadata),
        scrubber=Scrubber(service=SERVICE, store=store, named=named, units=units, clock=clock, plan=plan),
        dead_letters=dead_letters,
        relay=Relay(system_engine, metadata, bus, SERVICE),
        sealer=build_sealer(settings, system_engine, metadata, service=SERVICE, clock=clock),
        consumer=Consumer(bus, SERVICE, subscriptions(units), dead_letters),
    )
