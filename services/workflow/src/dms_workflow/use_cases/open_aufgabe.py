"""Open the first Aufgabe of a Vorgang."""

from dms_kit.core.clock import Clock
from dms_workflow.domain.aufgabe import VorgangFacts, antrag_pruefen
from dms_workflow.domain.events import AufgabeOpened
from dms_workflow.use_cases.ports import OpenUnitOfWork
from dms_workflow.use_cases.update_vorgang import take_over


async def open_aufgabe(vorgang: VorgangFacts, *, unit_of_work: OpenUnitOfWork, clock: Clock) -> None:
    """
    Open "Antrag prüfen" for the office of a Vorgang that an Antrag made, once (API contract of the first walk).

    A Vorgang that is published again opens no second one; what is new about it is taken over. One that was begun by
    hand is in the hands of who began it: it opens none.
    """
    async with unit_of_work() as uow:
        if await uow.aufgaben.exists_for(vorgang.id):
            await take_over(vorgang, uow)
        elif vorgang.antrag_id is not None:
            moment = clock.now()
            aufgabe = antrag_pruefen(uow.mandant, vorgang, moment)
            uow.aufgaben.add(aufgabe)
            uow.record(AufgabeOpened(aufgabe, moment))
            uow.audit("aufgabe.opened", "aufgabe", aufgabe.id, {"titel": aufgabe.titel})
        await uow.commit()
