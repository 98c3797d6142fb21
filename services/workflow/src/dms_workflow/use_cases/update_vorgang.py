"""Follow a Vorgang."""

from dms_workflow.domain.aufgabe import VorgangFacts
from dms_workflow.use_cases.ports import OpenUnitOfWork, UnitOfWork


async def update_vorgang(vorgang: VorgangFacts, *, unit_of_work: OpenUnitOfWork) -> None:
    """Take over number, Zuständigkeit and protection of a Vorgang, so that its Aufgaben have the same readers."""
    async with unit_of_work() as uow:
        await take_over(vorgang, uow)
        await uow.commit()


async def take_over(vorgang: VorgangFacts, uow: UnitOfWork) -> None:
    """Apply the facts within a transaction, with an entry in the Protokoll for each Aufgabe that changed."""
    for aufgabe_id in await uow.aufgaben.apply_vorgang(vorgang):
        uow.audit("aufgabe.vorgang_changed", "aufgabe", aufgabe_id, {"vorgang_version": vorgang.version})
