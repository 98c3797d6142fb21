"""Workflow's unit of work."""

from dms_kit.unit_of_work import PostgresUnitOfWork
from dms_workflow.adapters.postgres.aufgaben import PostgresAufgabeRepository
from dms_workflow.adapters.postgres.organisation import PostgresOrganisationProjection
from dms_workflow.use_cases.ports import AufgabeRepository, OrganisationProjection


class WorkflowUnitOfWork(PostgresUnitOfWork):
    """One transaction of workflow, with its repositories."""

    aufgaben: AufgabeRepository
    organisation: OrganisationProjection

    async def open(self) -> None:
        """Hang the repositories on the transaction."""
        self.aufgaben = PostgresAufgabeRepository(self.session, self.mandant)
        self.organisation = PostgresOrganisationProjection(self.session, self.mandant)
