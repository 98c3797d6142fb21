"""Receive an Antrag: records takes its own, verified copy of every file before anything is filed."""

import asyncio
import hashlib

from dms_kit.ports.object_store import ObjectStore
from dms_records.domain.dokument import ANLAGE, FORMULAR, NICHT_GEPRUEFT
from dms_records.domain.eingang import Eingang, EingangAnlage
from dms_records.domain.errors import AnlageMismatchError
from dms_records.use_cases.antragsteller import antragsteller_of
from dms_records.use_cases.digests import digest_of
from dms_records.use_cases.raw_json import member_of
from dms_records.use_cases.submitted_antrag import ReceivedAntrag, SubmittedAntrag, SubmittedDatei

SERVICE = "records"


async def receive_antrag(antrag: SubmittedAntrag, *, store: ObjectStore) -> ReceivedAntrag:
    """
    Copy every file into records' own prefix and verify the copy (architecture: object, hash, then database).

    Copies of a message that is never applied belong to no row and are reaped.
    """
    anlagen = [
        await _take(antrag, datei, position, store) for position, datei in enumerate([antrag.formular, *antrag.anlagen])
    ]
    formular = b"".join([chunk async for chunk in store.read(anlagen[0].objekt_key)])
    if hashlib.sha256(formular).hexdigest() != anlagen[0].sha256:
        message = "the form data read are not those that were verified"
        raise AnlageMismatchError(message)
    eingang = Eingang(
        mandant=antrag.mandant,
        antrag_id=antrag.antrag_id,
        eingangsnummer=antrag.eingangsnummer,
        eingegangen_am=antrag.eingegangen_am,
        leistung_schluessel=antrag.leistung_schluessel,
        leistung_bezeichnung=antrag.leistung_bezeichnung,
        region=antrag.region,
        betreff=antrag.betreff,
        formulardaten=await asyncio.to_thread(member_of, formular, "formulardaten"),
        antragsteller=await asyncio.to_thread(antragsteller_of, formular),
    )
    return ReceivedAntrag(eingang, anlagen)


async def _take(antrag: SubmittedAntrag, datei: SubmittedDatei, position: int, store: ObjectStore) -> EingangAnlage:
    key = await store.copy(datei.key, antrag.mandant, SERVICE)
    sha256, blocks, groesse = await digest_of(store, key)
    if sha256 != datei.sha256 or groesse != datei.groesse:
        message = f"object of Anlage {datei.id} does not match its hash"
        raise AnlageMismatchError(message)
    return EingangAnlage(
        mandant=antrag.mandant,
        id=datei.id,
        antrag_id=antrag.antrag_id,
        position=position,
        art=FORMULAR if position == 0 else ANLAGE,
        dateiname=datei.dateiname,
        mime_type=datei.mime_type,
        groesse=datei.groesse,
        sha256=datei.sha256,
        sha512=datei.sha512,
        blocks=blocks,
        objekt_key=key,
        pruefstatus=NICHT_GEPRUEFT,
    )
