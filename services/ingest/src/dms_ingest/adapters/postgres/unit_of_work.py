"""Ingest's unit of work."""

from dms_ingest.adapters.postgres.antraege import AntragRepository
from dms_ingest.adapters.postgres.organisation import OrganisationProjection
from dms_ingest.adapters.postgres.tables import metadata
from dms_kit.fixity.quarantine import Quarantine
from dms_kit.fixity.runs import Runs
from dms_kit.unit_of_work import PostgresUnitOfWork


class IngestUnitOfWork(PostgresUnitOfWork):
    """One transaction of ingest, with its repositories."""

    antraege: AntragRepository
    organisation: OrganisationProjection
    quarantine: Quarantine
    runs: Runs

    async def open(self) -> None:
        """Hang the repositories on the transaction."""
        self.antraege = AntragRepository(self.session, self.mandant, self.insert_on_commit)
        self.organisation = OrganisationProjection(self.session, self.mandant)
        self.quarantine = Quarantine(self.session, metadata, self.mandant)
        self.runs = Runs(self.session, metadata, self.mandant)
