"""Receive an Antrag: records takes its own, verified copy of every file before anything is filed."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dms_kit.ports.object_store import BLOCK_SIZE, ObjectStore
from dms_records.domain.dokument import ANLAGE, FORMULAR, NICHT_GEPRUEFT
from dms_records.domain.eingang import Eingang, EingangAnlage
from dms_records.domain.errors import AnlageMismatchError
from dms_records.use_cases.raw_json import formulardaten_of

SERVICE = "records"


@dataclass(frozen=True, kw_only=True)
class SubmittedDatei:
    """A file as the message names it; `sha256` and `sha512` are hex."""

    id: UUID
    dateiname: str
    mime_type: str
    key: str
    groesse: int
    sha256: str
    sha512: str


@dataclass(frozen=True, kw_only=True)
class SubmittedAntrag:
    """The facts of a submitted Antrag."""

    mandant: str
    antrag_id: UUID
    eingangsnummer: str
    eingegangen_am: datetime
    leistung_schluessel: str
    leistung_bezeichnung: str
    region: str
    betreff: str
    formular: SubmittedDatei
    anlagen: Sequence[SubmittedDatei]


@dataclass(frozen=True)
class ReceivedAntrag:
    """An Eingang with its files, ready to be filed in one transaction."""

    eingang: Eingang
    anlagen: Sequence[EingangAnlage]


async def receive_antrag(antrag: SubmittedAntrag, *, store: ObjectStore) -> ReceivedAntrag:
    """
    Copy every file into records' own prefix and verify the copy (architecture: object, hash, then database).

    Copies of a message that is never applied belong to no row and are reaped.
    """
    anlagen = [
        await _take(antrag, datei, position, store) for position, datei in enumerate([antrag.formular, *antrag.anlagen])
    ]
    formular = b"".join([chunk async for chunk in store.read(anlagen[0].objekt_key)])
    eingang = Eingang(
        mandant=antrag.mandant,
        antrag_id=antrag.antrag_id,
        eingangsnummer=antrag.eingangsnummer,
        eingegangen_am=antrag.eingegangen_am,
        leistung_schluessel=antrag.leistung_schluessel,
        leistung_bezeichnung=antrag.leistung_bezeichnung,
        region=antrag.region,
        betreff=antrag.betreff,
        formulardaten=await asyncio.to_thread(formulardaten_of, formular),
    )
    return ReceivedAntrag(eingang, anlagen)


async def _take(antrag: SubmittedAntrag, datei: SubmittedDatei, position: int, store: ObjectStore) -> EingangAnlage:
    key = await store.copy(datei.key, antrag.mandant, SERVICE)
    sha256, blocks, groesse = await _digest(store, key)
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


async def _digest(store: ObjectStore, key: str) -> tuple[str, bytes, int]:
    whole, blocks, groesse = hashlib.sha256(), bytearray(), 0
    block, filled = hashlib.sha256(), 0
    async for chunk in store.read(key):
        whole.update(chunk)
        groesse += len(chunk)
        view = memoryview(chunk)
        while view:
            part = view[: BLOCK_SIZE - filled]
            block.update(part)
            filled += len(part)
            view = view[len(part) :]
            if filled == BLOCK_SIZE:
                blocks += block.digest()
                block, filled = hashlib.sha256(), 0
    if filled:
        blocks += block.digest()
    return whole.hexdigest(), bytes(blocks), groesse
