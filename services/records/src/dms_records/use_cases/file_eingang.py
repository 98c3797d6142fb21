"""What filing by rule and filing by hand share: Akte, Vorgang and Dokumente of one Eingang."""

from collections.abc import Sequence
from uuid import UUID

from dms_kit.core.clock import BERLIN, Clock, year_in_berlin
from dms_records.domain.akte import Akte
from dms_records.domain.aktenplaneinheit import SAMMELAKTE, Aktenplanstelle
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.eingang import Eingang, EingangAnlage
from dms_records.domain.events import AkteCreated, DokumentAdded, VorgangCreated
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.antragsteller import add_antragsteller
from dms_records.use_cases.filing_place import obtain_zustaendigkeit
from dms_records.use_cases.give_aktenzeichen import give_aktenzeichen
from dms_records.use_cases.ports import UnitOfWork


async def file_eingang(
    uow: UnitOfWork, eingang: Eingang, anlagen: Sequence[EingangAnlage], stelle: Aktenplanstelle, *, clock: Clock
) -> Vorgang:
    """
    Create the Vorgang of an Eingang in its Akte, with one Dokument for each file and one for the form data.

    Its Antragsteller is the first Beteiligter.
    Source: the contract of the first walk. The caller commits.
    """
    tag = clock.now().astimezone(BERLIN).date()
    zustaendigkeit_id = await obtain_zustaendigkeit(uow, stelle, clock)
    akte = await _obtain_akte(uow, eingang, stelle, zustaendigkeit_id, clock)
    nummer = await uow.schriftgut.next_number(akte.id)
    vorgang = Vorgang.of_eingang(
        eingang,
        akte,
        aktenzeichen=stelle.vorlage.for_vorgang(akte.given_zeichen, nummer=nummer, tag=tag),
        anzahl_dokumente=len(anlagen),
        moment=clock.now(),
    )
    uow.schriftgut.add(vorgang)
    uow.record(VorgangCreated(vorgang))
    uow.audit("vorgang.created", "vorgang", vorgang.id, {"aktenzeichen": vorgang.aktenzeichen, "als": "system"})
    add_antragsteller(uow, eingang, vorgang, clock=clock)
    last = await uow.schriftgut.next_number(vorgang.id, count=len(anlagen))
    for nummer, anlage in enumerate(anlagen, start=last - len(anlagen) + 1):
        aktenzeichen = stelle.vorlage.for_dokument(vorgang.given_zeichen, nummer=nummer, tag=tag)
        dokument = Dokument.of_anlage(anlage, vorgang, aktenzeichen=aktenzeichen, nummer=nummer)
        inhalt = Dokumentversion.first_of(dokument, anlage)
        uow.schriftgut.add(dokument, inhalt)
        uow.record(DokumentAdded(dokument, inhalt))
        uow.audit("dokument.added", "dokument", dokument.id, {"sha256": inhalt.sha256})
    return vorgang


async def _obtain_akte(
    uow: UnitOfWork, eingang: Eingang, stelle: Aktenplanstelle, zustaendigkeit_id: UUID, clock: Clock
) -> Akte:
    jahr = year_in_berlin(clock.now())
    if stelle.aktenbildung == SAMMELAKTE:
        akte = await uow.schriftgut.sammelakte(stelle.einheit.id, zustaendigkeit_id, jahr)
        if akte is not None:
            return akte
    aktenzeichen = await give_aktenzeichen(uow, stelle, tag=clock.now().astimezone(BERLIN).date())
    akte = Akte.under(
        stelle,
        zustaendigkeit_id,
        betreff=eingang.betreff,
        aktenzeichen=aktenzeichen,
        jahr=jahr,
        moment=clock.now(),
    )
    uow.schriftgut.add(akte)
    uow.record(AkteCreated(akte, stelle.einheit.schluessel))
    uow.audit("akte.created", "akte", akte.id, {"aktenzeichen": akte.aktenzeichen})
    return akte
