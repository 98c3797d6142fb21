"""The sealer of a service, composed of its settings."""

from pathlib import Path
from typing import Protocol

from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.adapters.choose_store import AuditStoreSettings, choose_audit_store
from dms_kit.audit.checkpoints import CheckpointExporter
from dms_kit.audit.sealing import Sealer
from dms_kit.core.clock import Clock


class SealerSettings(AuditStoreSettings, Protocol):
    """What the sealer reads of a service's settings."""

    @property
    def audit_key_file(self) -> Path:
        """Return the file of the key that signs checkpoints."""
        ...


def build_sealer(
    settings: SealerSettings, engine: AsyncEngine, metadata: MetaData, *, service: str, clock: Clock
) -> Sealer:
    """Return the sealer with a store of its own; opens no connection and makes no key yet. `engine` is the system's."""
    store = choose_audit_store(settings)
    exporter = CheckpointExporter(
        engine, metadata, service, store=store, key=settings.audit_key_file, clock=clock, close=store.close
    )
    return Sealer(engine, metadata, service, exporter)
