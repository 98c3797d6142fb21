"""The composition root of search: the only file that chooses adapters."""

from dataclasses import dataclass
from functools import partial
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.access import ScopeResolver
from dms_kit.access.projection import load_directory
from dms_kit.adapters.choose_store import OwnedStore, choose_store
from dms_kit.adapters.event_bus import choose_bus
from dms_kit.adapters.oidc_verifier import OidcVerifier
from dms_kit.audit.sealing import Sealer
from dms_kit.commands.sealer import build_sealer
from dms_kit.core.clock import Clock, SystemClock
from dms_kit.database import create_engine
from dms_kit.messaging.consumer import Consumer
from dms_kit.messaging.dead_letters import DeadLetterStore
from dms_kit.messaging.relay import Relay
from dms_kit.messaging.waking import Waker
from dms_kit.ports.event_bus import EventBus
from dms_kit.ports.token_verifier import TokenVerifier
from dms_kit.unit_of_work import UnitOfWorkFactory
from dms_search.adapters.bus_backlog import BusBacklog
from dms_search.adapters.extraction_pool import ExtractionLimits, ExtractionPool
from dms_search.adapters.postgres.indexlaeufe import AllIndexlaeufe
from dms_search.adapters.postgres.tables import metadata
from dms_search.adapters.postgres.unit_of_work import SearchUnitOfWork
from dms_search.adapters.tantivy_index import TantivyIndex
from dms_search.bus.incoming import batch_applier, subscriptions
from dms_search.bus.outgoing import GROUP, to_message
from dms_search.settings import Settings
from dms_search.use_cases.ports import IndexKeeping, SearchIndex

SERVICE = GROUP


class OwnedIndex(SearchIndex, Protocol):
    """An index that this process holds; who chose it gives it back."""

    async def release(self) -> None:
        """Let another process write it; reading goes on."""
        ...

    async def close(self) -> None:
        """Give up everything that it holds."""
        ...


@dataclass(frozen=True, kw_only=True)
class Container:
    """Everything that search's processes share."""

    settings: Settings
    clock: Clock
    engine: AsyncEngine
    system_engine: AsyncEngine
    bus: EventBus
    store: OwnedStore
    verifier: TokenVerifier
    waker: Waker
    scopes: ScopeResolver
    units: UnitOfWorkFactory[SearchUnitOfWork]
    index: OwnedIndex
    extraction: ExtractionPool
    backlog: BusBacklog
    keeping: IndexKeeping
    dead_letters: DeadLetterStore
    relay: Relay
    sealer: Sealer
    consumer: Consumer

    async def close(self) -> None:
        """Close every connection, end the workers, give the index back."""
        await self.extraction.close()
        await self.index.close()
        await self.waker.close()
        if isinstance(self.verifier, OidcVerifier):
            await self.verifier.close()
        await self.bus.close()
        await self.engine.dispose()
        await self.system_engine.dispose()
        await self.sealer.close()
        await self.store.close()


def build(settings: Settings, *, clock: Clock | None = None, verifier: TokenVerifier | None = None) -> Container:
    """Put search together; opens no connection and starts no process yet."""
    clock = clock or SystemClock()
    engine = create_engine(settings.database_url)
    system_engine = create_engine(settings.system_database_url, pool_size=5)
    bus = choose_bus(settings)
    store = choose_store(settings, SERVICE)
    waker = Waker(settings.database_url, SERVICE)
    dead_letters = DeadLetterStore(system_engine, metadata)
    units = UnitOfWorkFactory(
        SearchUnitOfWork,
        engine=engine,
        metadata=metadata,
        service=SERVICE,
        clock=clock,
        to_message=to_message,
        wake=waker.wake,
    )
    index = _index(settings)
    extraction = _extraction(settings, store)
    apply = batch_applier(index, units, clock)
    consumer = Consumer(bus, SERVICE, subscriptions(extraction), dead_letters, apply_batch=apply)
    return Container(
        settings=settings,
        clock=clock,
        engine=engine,
        system_engine=system_engine,
        bus=bus,
        store=store,
        verifier=verifier or OidcVerifier(settings.issuers, settings.audience, clock=clock),
        waker=waker,
        scopes=ScopeResolver(partial(load_directory, engine, metadata), clock),
        units=units,
        index=index,
        extraction=extraction,
        backlog=BusBacklog(bus, SERVICE, consumer.topics),
        keeping=IndexKeeping(
            mandanten=sorted(set(settings.issuers.values())),
            index=index,
            laeufe=AllIndexlaeufe(system_engine),
            units=units.for_mandant,
            clock=clock,
        ),
        dead_letters=dead_letters,
        relay=Relay(system_engine, metadata, bus, SERVICE),
        sealer=build_sealer(settings, system_engine, metadata, service=SERVICE, clock=clock),
        consumer=consumer,
    )


def _index(settings: Settings) -> OwnedIndex:
    if settings.index == "tantivy":
        return TantivyIndex(settings.index_folder)
    # Here, so that a process without OpenSearch does not load its client at every start.
    from dms_search.adapters.opensearch_client import OpenSearchAccess  # noqa: PLC0415
    from dms_search.adapters.opensearch_index import OpenSearchIndex  # noqa: PLC0415

    access = OpenSearchAccess(
        url=settings.opensearch_url,
        user=settings.opensearch_user,
        password=settings.opensearch_password.get_secret_value(),
        ca_file=str(settings.opensearch_ca_file) if settings.opensearch_ca_file else None,
        seconds=settings.opensearch_seconds,
        write_seconds=3 * settings.opensearch_seconds,
    )
    return OpenSearchIndex(access, prefix=settings.opensearch_prefix, patterns_path=settings.opensearch_patterns)


def _extraction(settings: Settings, store: OwnedStore) -> ExtractionPool:
    seconds = settings.extraction_seconds
    limits = ExtractionLimits(
        memory_bytes=settings.extraction_memory_mib * 1024 * 1024,
        cpu_seconds=max(1, int(seconds * 0.8)),
        soft_seconds=seconds * 0.4,
        wall_seconds=seconds,
    )
    return ExtractionPool(store, settings.data / "extraction", workers=settings.extraction_workers, limits=limits)
