"""Show form data to people."""

import asyncio
import hashlib
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.ports.object_store import ObjectStore
from dms_records.domain.dokument import FORMULAR
from dms_records.domain.errors import DokumentWithoutLesefassungError
from dms_records.domain.virenpruefung import VirenpruefungRegel
from dms_records.use_cases.lesefassung import render_lesefassung
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.read_inhalt import ReadInhalt, read_inhalt
from dms_records.use_cases.verified_chunks import verified_chunks


async def read_lesefassung(
    dokument_id: UUID,
    *,
    actor: Actor,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    store: ObjectStore,
    clock: Clock,
    regel: VirenpruefungRegel,
) -> tuple[str, str]:
    """
    Return the reading version of form data and the hash of the text; made on reading, never stored.

    It is content: the read is in the Protokoll, and only the part `antrag` as it came in has one (contract of the first
    walk).
    """
    command = ReadInhalt(dokument_id=dokument_id, nummer=1)
    row = await read_inhalt(command, actor=actor, scopes=scopes, unit_of_work=unit_of_work, clock=clock, regel=regel)
    if row.art != FORMULAR:
        raise DokumentWithoutLesefassungError
    chunks = verified_chunks(store, row, start=0, length=row.groesse)
    antrag = b"".join([chunk async for chunk in chunks])
    text = await asyncio.to_thread(render_lesefassung, antrag)
    return text, hashlib.sha256(text.encode()).hexdigest()
