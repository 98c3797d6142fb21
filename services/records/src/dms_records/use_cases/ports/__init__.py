"""What the use cases need: a unit of work with its repositories, and the resolver of scopes."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

from dms_kit.core.access import AccessScope, Directory
from dms_kit.core.actor import Actor
from dms_records.use_cases.ports.aktenplan import Aktenplan
from dms_records.use_cases.ports.bestand import Bestand
from dms_records.use_cases.ports.beteiligte import Beteiligte
from dms_records.use_cases.ports.dokumente import Dokumente
from dms_records.use_cases.ports.eingaenge import Eingaenge
from dms_records.use_cases.ports.organisation import Organisation, OrganisationRow
from dms_records.use_cases.ports.quarantine import Quarantine
from dms_records.use_cases.ports.schriftgut import Geschwister, Schriftgut
from dms_records.use_cases.ports.uploads import Uploads
from dms_records.use_cases.ports.verweise import Verweise
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
    AktenbestandRow,
    AktenplanRow,
    AktenplanStandRow,
    AkteRow,
    AnlageRow,
    BefundFilter,
    BefundRow,
    BeteiligterRow,
    DokumentFilter,
    DokumentRow,
    DokumentversionRow,
    InhaltRow,
    OrganisationQueries,
    OrganisationseinheitFilter,
    OrganisationseinheitHistorieRow,
    OrganisationseinheitRow,
    Paging,
    PosteingangFilter,
    PosteingangRow,
    Queries,
    ReorganisationRow,
    Rows,
    SchriftgutFilter,
    VerweisFilter,
    VerweisRow,
    VorgangFilter,
    VorgangRow,
    ZustaendigkeitFilter,
    ZustaendigkeitHistorieRow,
    ZustaendigkeitRow,
)
from dms_records.use_cases.queries.protokoll import (
    ProtokollFrage,
    ProtokollObjekt,
    ProtokollPlatz,
    ProtokollQueries,
    ProtokollRow,
    ProtokollRows,
)

# Adapters know this module alone, so what the read port answers with is named here too.
__all__ = [
    "READ",
    "AkteFilter",
    "AkteRow",
    "AktenbestandRow",
    "Aktenplan",
    "AktenplanRow",
    "AktenplanStandRow",
    "AnlageRow",
    "BefundFilter",
    "BefundRow",
    "Bestand",
    "Beteiligte",
    "BeteiligterRow",
    "CheckVersion",
    "DokumentFilter",
    "DokumentRow",
    "Dokumente",
    "DokumentversionRow",
    "Eingaenge",
    "Geschwister",
    "InhaltRow",
    "OpenUnitOfWork",
    "Organisation",
    "OrganisationQueries",
    "OrganisationRow",
    "OrganisationseinheitFilter",
    "OrganisationseinheitHistorieRow",
    "OrganisationseinheitRow",
    "Paging",
    "PosteingangFilter",
    "PosteingangRow",
    "ProtokollFrage",
    "ProtokollObjekt",
    "ProtokollPlatz",
    "ProtokollQueries",
    "ProtokollRow",
    "ProtokollRows",
    "Quarantine",
    "Queries",
    "ReorganisationRow",
    "Rows",
    "ScanBrokenError",
    "Schriftgut",
    "SchriftgutFilter",
    "Scopes",
    "UngepruefteDatei",
    "UngepruefteDateien",
    "UnitOfWork",
    "Uploads",
    "VerweisFilter",
    "VerweisRow",
    "Verweise",
    "Virenpruefungen",
    "VirusScanner",
    "VorgangFilter",
    "VorgangRow",
    "ZustaendigkeitFilter",
    "ZustaendigkeitHistorieRow",
    "ZustaendigkeitRow",
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
    beteiligte: Beteiligte
    dokumente: Dokumente
    uploads: Uploads
    verweise: Verweise
    bestand: Bestand
    virenpruefungen: Virenpruefungen
    queries: Queries
    organisation_queries: OrganisationQueries
    protokoll_queries: ProtokollQueries

    @property
    def quarantine(self) -> Quarantine:
        """Return the objects of which nothing is served."""
        ...

    @property
    def mandant(self) -> str:
        """Return the Mandant of the transaction."""
        ...

    async def is_answered(self, *, client: str, operation: str, key: str) -> bool:
        """Say whether an idempotency key has an answer: the body of a repetition need not be kept."""
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


# Raises when the caller's ETag is not that of the row version, or when there is none.
CheckVersion = Callable[[int], None]
OpenUnitOfWork = Callable[[], AbstractAsyncContextManager[UnitOfWork]]
