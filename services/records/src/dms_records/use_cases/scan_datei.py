"""Scan one file."""

import hashlib
from collections.abc import AsyncIterator

from dms_kit.ports.object_store import ObjectNotFoundError, ObjectStore
from dms_records.domain.dokument import SAUBER
from dms_records.domain.virenpruefung import Virenpruefung, VirenpruefungGrund
from dms_records.use_cases.ports import UngepruefteDatei, VirusScanner


async def scan_datei(datei: UngepruefteDatei, *, scanner: VirusScanner, store: ObjectStore) -> Virenpruefung:
    """
    Return what the scanner says of the bytes in the store; `sauber` only when they are those that would be served.

    Nothing is written. Passes on what the scanner and the store raise, but for a missing object: that is a result.
    """
    digest = hashlib.sha256()

    async def chunks() -> AsyncIterator[bytes]:
        async for chunk in store.read(datei.objekt_key):
            digest.update(chunk)
            yield chunk

    try:
        pruefung = await scanner.scan(chunks(), groesse=datei.groesse)
    except ObjectNotFoundError:
        return Virenpruefung.impossible(VirenpruefungGrund.FEHLT)
    if pruefung.pruefstatus == SAUBER and digest.hexdigest() != datei.sha256:
        return Virenpruefung.impossible(VirenpruefungGrund.PRUEFSUMME)
    return pruefung
