"""The composition root of workflow: the only file that chooses adapters."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.access import ScopeResolver
from dms_kit.access.projection import load_directory
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
from dms_kit.unit_of_work import UnitOfWorkFactory
from dms_workflow.adapters.postgres.tables import metadata
from dms_workflow.adapters.postgres.unit_of_work import WorkflowUnitOfWork
from dms_workflow.bus.incoming import subscriptions
from dms_workflow.bus.outgoing import to_message
from dms_workflow.settings import Settings

SERVICE = "workflow"


@dataclass(frozen=True, kw_only=True)
class Container:
    """Everything that workflow's processes share."""

    settings: Settings
    clock: Clock
    engine: AsyncEngine
    system_engine: AsyncEngine
    bus: EventBus
    verifier: OidcVerifier
    waker: Waker
    scopes: ScopeResolver
    units: UnitOfWorkFactory[WorkflowUnitOfWork]
    dead_letters: DeadLetterStore
    relay: Relay
    sealer: Sealer
    consumer: Consumer

    async def close(self) -> None:
        """Close every connection."""
        await self.waker.close()
        await self.verifier.close()
        await self.bus.close()
        await self.engine.dispose()
        await self.system_engine.dispose()
        await self.sealer.close()


def build(settings: Settings, *, clock: Clock | None = None) -> Container:
    """Put workflow together; opens no connection yet."""
    clock = clock or SystemClock()
    engine = create_engine(settings.database_url)
    system_engine = create_engine(settings.system_database_url, pool_size=5)
    bus = choose_bus(settings)
    waker = Waker(settings.database_url, SERVICE)
    dead_letters = DeadLetterStore(system_engine, metadata)
    units = UnitOfWorkFactory(
        WorkflowUnitOfWork,
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
        verifier=OidcVerifier(settings.issuers, settings.audience, clock=clock),
        waker=waker,
        scopes=ScopeResolver(partial(load_directory, engine, metadata), clock),
        units=units,
        dead_letters=dead_letters,
        relay=Relay(system_engine, metadata, bus, SERVICE),
        sealer=build_sealer(settings, system_engine, metadata, service=SERVICE, clock=clock),
        consumer=Consumer(bus, SERVICE, subscriptions(units, clock=clock), dead_letters),
    )
