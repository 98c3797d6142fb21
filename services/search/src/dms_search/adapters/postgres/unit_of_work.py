"""Search's unit of work."""

from dms_kit.unit_of_work import PostgresUnitOfWork
from dms_search.adapters.postgres.indexlaeufe import IndexlaufRepository
from dms_search.adapters.postgres.indexstaende import IndexstandRepository
from dms_search.adapters.postgres.organisation import OrganisationProjection


class SearchUnitOfWork(PostgresUnitOfWork):
    """One transaction of search, with its repositories."""

    indexlaeufe: IndexlaufRepository
    indexstaende: IndexstandRepository
    organisation: OrganisationProjection

    async def open(self) -> None:
        """Hang the repositories on the transaction."""
        self.indexlaeufe = IndexlaufRepository(self.session, self.mandant)
        self.indexstaende = IndexstandRepository(self.session, self.mandant)
        self.organisation = OrganisationProjection(self.session, self.mandant)
