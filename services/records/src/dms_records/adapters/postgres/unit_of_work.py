"""The unit of work of records: the kit's transaction with our repositories."""

from dms_kit.fixity.quarantine import Quarantine
from dms_kit.fixity.runs import Runs
from dms_kit.unit_of_work import PostgresUnitOfWork
from dms_records.adapters.postgres.aktenplan import AktenplanRepository
from dms_records.adapters.postgres.bestand import BestandReader
from dms_records.adapters.postgres.beteiligte import BeteiligterRepository
from dms_records.adapters.postgres.dokumente import DokumentRepository
from dms_records.adapters.postgres.eingaenge import EingangRepository
from dms_records.adapters.postgres.organisation import OrganisationRepository
from dms_records.adapters.postgres.organisation_reads import OrganisationReads
from dms_records.adapters.postgres.protokoll import ProtokollReads
from dms_records.adapters.postgres.read_models import ReadModels
from dms_records.adapters.postgres.schriftgut import SchriftgutRepository
from dms_records.adapters.postgres.tables import metadata
from dms_records.adapters.postgres.uploads import UploadRepository
from dms_records.adapters.postgres.verweise import VerweisRepository
from dms_records.adapters.postgres.virenpruefungen import VirenpruefungRepository
from dms_records.use_cases.ports import (
    Aktenplan,
    Bestand,
    Beteiligte,
    Dokumente,
    Eingaenge,
    Organisation,
    OrganisationQueries,
    ProtokollQueries,
    Queries,
    Schriftgut,
    Uploads,
    Verweise,
    Virenpruefungen,
)


class RecordsUnitOfWork(PostgresUnitOfWork):
    """Carries out `use_cases.ports.UnitOfWork`."""

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
    quarantine: Quarantine
    runs: Runs
    queries: Queries
    organisation_queries: OrganisationQueries
    protokoll_queries: ProtokollQueries

    async def open(self) -> None:
        """Make the repositories."""
        self.organisation = OrganisationRepository(self.session, self.mandant)
        self.aktenplan = AktenplanRepository(self.session, self.actor)
        self.eingaenge = EingangRepository(self.session, self.mandant)
        self.schriftgut = SchriftgutRepository(self.session, self.mandant)
        self.beteiligte = BeteiligterRepository(self.session, self.mandant)
        self.uploads = UploadRepository(self.session, self.mandant)
        self.verweise = VerweisRepository(self.session, self.mandant)
        self.dokumente = DokumentRepository(self.session, self.mandant)
        self.bestand = BestandReader(self.session, self.mandant)
        self.virenpruefungen = VirenpruefungRepository(self.session, self.mandant)
        self.quarantine = Quarantine(self.session, metadata, self.mandant)
        self.runs = Runs(self.session, metadata, self.mandant)
        self.queries = ReadModels(self.session, self.mandant)
        self.organisation_queries = OrganisationReads(self.session, self.mandant)
        self.protokoll_queries = ProtokollReads(self.session, self.mandant)

    async def flush(self) -> None:
        """Send changes to the database."""
        await self.session.flush()
