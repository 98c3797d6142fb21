"""File an Antrag, or keep it in the Posteingang."""

from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.ids import new_id
from dms_records.domain.ablageregel import choose_ablageregel
from dms_records.domain.aktenplaneinheit import Aktenplanstelle, resolve_stelle
from dms_records.domain.eingang import Eingang
from dms_records.domain.errors import AblageRefusedError
from dms_records.domain.posteingang import Posteingang
from dms_records.use_cases.file_eingang import file_eingang
from dms_records.use_cases.filing_place import refuse_closed_sammelakte
from dms_records.use_cases.ports import OpenUnitOfWork, UnitOfWork
from dms_records.use_cases.submitted_antrag import ReceivedAntrag


async def file_antrag(received: ReceivedAntrag, *, unit_of_work: OpenUnitOfWork, clock: Clock) -> None:
    """
    Place an Antrag by Leistung and region into the Akte that the Aktenplan prescribes; each Antrag once.

    What no Ablageregel can place waits in the Posteingang with the reason: nothing is lost, nothing guessed.
    """
    eingang = received.eingang
    async with unit_of_work() as uow:
        if not await uow.eingaenge.exists(eingang.antrag_id):
            posteingang = None
            try:
                stelle = await _find_stelle(uow, eingang, clock)
                await refuse_closed_sammelakte(uow, stelle, clock)
            except AblageRefusedError as refusal:
                posteingang = _wait(uow, eingang, refusal.grund)
            uow.eingaenge.add(eingang, received.anlagen, posteingang)
            if posteingang is None:
                await file_eingang(uow, eingang, received.anlagen, stelle, clock=clock)
        await uow.commit()


async def _find_stelle(uow: UnitOfWork, eingang: Eingang, clock: Clock) -> Aktenplanstelle:
    regeln = await uow.aktenplan.regeln(eingang.leistung_schluessel)
    regel = choose_ablageregel(regeln, eingang.leistung_schluessel, eingang.region)
    today = clock.now().astimezone(BERLIN).date()
    path = await uow.aktenplan.path(regel.aktenplaneinheit_id, hold=True)
    stelle = resolve_stelle(path, today, organisationseinheit_id=regel.organisationseinheit_id)
    office = await uow.organisation.get(stelle.organisationseinheit_id)
    if not office.is_valid(today):
        message = f"Die Organisationseinheit {office.schluessel} besteht nicht mehr."
        raise AblageRefusedError(message)
    return stelle


def _wait(uow: UnitOfWork, eingang: Eingang, grund: str) -> Posteingang:
    posteingang = Posteingang(
        mandant=eingang.mandant,
        id=new_id(),
        antrag_id=eingang.antrag_id,
        grund=grund,
        eingegangen_am=eingang.eingegangen_am,
        betreff=eingang.betreff,
    )
    uow.audit("posteingang.received", "posteingang", posteingang.id, {"grund": grund})
    return posteingang
