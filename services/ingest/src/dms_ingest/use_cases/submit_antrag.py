"""Accept an application."""

from dataclasses import dataclass

from dms_ingest.domain.anlage import AnlageDatei, AnlageNennung, Objekt, anlagen_of, check_nennungen
from dms_ingest.domain.antrag import Antrag, format_eingangsnummer
from dms_ingest.domain.events import AntragSubmitted
from dms_ingest.domain.quittung import quittung_claims
from dms_ingest.use_cases.ports import OpenUnitOfWork, QuittungSigner
from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock, year_in_berlin
from dms_kit.core.errors import UnavailableError
from dms_kit.core.ids import new_id


@dataclass(frozen=True, kw_only=True)
class SubmitAntrag:
    """An application whose files are in the store; `nennungen` is None when the form data names no files."""

    leistung_schluessel: str
    leistung_bezeichnung: str
    region: str
    betreff: str
    externe_referenz: str | None
    formular: Objekt
    dateien: tuple[AnlageDatei, ...]
    nennungen: tuple[AnlageNennung, ...] | None


async def submit_antrag(
    command: SubmitAntrag,
    *,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
    signer: QuittungSigner,
    issuer: str,
    clock: Clock,
) -> Antrag:
    """
    Accept an Antrag once: number, row, receipt, audit entry and event in one commit (API contract, first walk).

    The objects are durable before this act begins; the receipt is signed once and stored.
    """
    if command.nennungen is not None:
        check_nennungen(command.nennungen, command.dateien)
    async with unit_of_work() as uow:
        if command.formular.key is None:
            # Only a repeated request is hashed without being stored, and its key answers on opening.
            raise UnavailableError
        moment = clock.now()
        jahr = year_in_berlin(moment)
        antrag_id = new_id()
        antrag = Antrag(
            id=antrag_id,
            mandant=uow.mandant,
            client=actor.client,
            eingangsnummer=format_eingangsnummer(jahr, await uow.antraege.next_eingangsnummer(jahr)),
            eingegangen_am=moment,
            leistung_schluessel=command.leistung_schluessel,
            leistung_bezeichnung=command.leistung_bezeichnung,
            region=command.region,
            betreff=command.betreff,
            externe_referenz=command.externe_referenz,
            formular=command.formular,
            anlagen=anlagen_of(command.dateien, mandant=uow.mandant, antrag_id=antrag_id),
        )
        antrag.quittung = signer.sign(quittung_claims(antrag, issuer=issuer))
        uow.antraege.add(antrag)
        uow.record(AntragSubmitted(antrag))
        uow.audit("antrag.submitted", "antrag", antrag.id, {"eingangsnummer": antrag.eingangsnummer})
        await uow.commit(antrag)
        return antrag
