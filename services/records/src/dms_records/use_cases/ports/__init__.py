"""What the use cases need: a unit of work with its repositories, and the resolver of scopes."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

from dms_kit.core.access import AccessScope, Directory
from dms_kit.core.actor import Actor
from dms_records.use_cases.ports.aktenplan import Aktenplan
from dms_records.use_cases.ports.bestand import Bestand
from dms_records.use_cases.ports.eingaenge import Eingaenge
from dms_records.use_cases.ports.organisation import Organisation
from dms_records.use_cases.ports.schriftgut import Geschwister, Schriftgut
from dms_records.use_cases.ports.virenpruefung import (
    ScanBrokenError,
    UngepruefteDatei,
    UngepruefteDateien,
    Virenpruefungen,
    VirusScanner,
)
from dms_records.use_cases.queries import (
    READ,
    AkteFilter,
    AktenplanRow,
    AkteRow,
    AnlageRow,
    BefundRow,
    DokumentRow,
    InhaltRow,
    OrganisationseinheitRow,
    Paging,
    PosteingangRow,
    Queries,
    Rows,
    VorgangFilter,
    VorgangRow,
)

# Adapters know this module alone, so what the read port answers with is named here too.
__all__ = [
    "READ",
    "AkteFilter",
    "AkteRow",
    "Aktenplan",
    "AktenplanRow",
    "AnlageRow",
    "BefundRow",
    "Bestand",
    "DokumentRow",
    "Eingaenge",
    "Geschwister",
    "InhaltRow",
    "OpenUnitOfWork",
    "Organisation",
    "OrganisationseinheitRow",
    "Paging",
    "PosteingangRow",
    "Queries",
    "Rows",
    "ScanBrokenError",
    "Schriftgut",
    "Scopes",
    "UngepruefteDatei",
    "UngepruefteDateien",
    "UnitOfWork",
    "Virenpruefungen",
    "VirusScanner",
    "VorgangFilter",
    "VorgangRow",
]


class Scopes(Protocol):
    """Resolves what an actor may do, from records' own tables."""

    async def scope(self, actor: Actor) -> AccessScope:
        """Return the actor's scope, at most five seconds old."""
        ...

    async def directory(self, mandant: str) -> Directory:
        """Return the offices and Zuständigkeiten of a Mandant, at most five seconds old."""
        ...


class UnitOfWork(Protocol):
    """One transaction for one Mandant."""

    organisation: Organisation
    aktenplan: Aktenplan
    eingaenge: Eingaenge
    schriftgut: Schriftgut
    bestand: Bestand
    virenpruefungen: Virenpruefungen
    queries: Queries

    @property
    def mandant(self) -> str:
        """Return the Mandant of the transaction."""
        ...

    async def flush(self) -> None:
        """Send changes to the database, so that the versions of changed objects are known and held."""
        ...

    def record(self, event: object) -> None:
        """Note a fact that leaves with the commit."""
        ...

    def record_republished(self, event: object, *, group: str, run: str) -> None:
        """Note a fact again for one consuming group."""
        ...

    def audit(
        self, action: str, object_type: str, object_id: UUID, values: Mapping[str, str | int | None] | None = None
    ) -> None:
        """Note an act for the Protokoll."""
        ...

    async def commit(self, answer: object | None = None) -> None:
        """Commit everything together, or nothing."""
        ...


OpenUnitOfWork = Callable[[], AbstractAsyncContextManager[UnitOfWork]]
