"""Show form data to people."""

import asyncio
import hashlib
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_records.domain.dokument import FORMULAR
from dms_records.domain.errors import DokumentWithoutLesefassungError
from dms_records.domain.virenpruefung import VirenpruefungRegel
from dms_records.use_cases.lesefassung import render_lesefassung
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.read_inhalt import ReadInhalt, read_inhalt
from dms_records.use_cases.serve_inhalt import serve_inhalt
from dms_records.use_cases.serving import Serving


async def read_lesefassung(
    dokument_id: UUID,
    *,
    actor: Actor,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    serving: Serving,
    regel: VirenpruefungRegel,
) -> tuple[str, str]:
    """
    Return the reading version of form data and the hash of the text; made on reading, never stored.

    It is content: the read is in the Protokoll, and only the part `antrag` as it came in has one (contract of the first
    walk).
    """
    row = await read_inhalt(
        ReadInhalt(dokument_id=dokument_id, nummer=1),
        actor=actor,
        scopes=scopes,
        unit_of_work=unit_of_work,
        clock=serving.clock,
        regel=regel,
    )
    if row.art != FORMULAR:
        raise DokumentWithoutLesefassungError
    chunks = serve_inhalt(row, start=0, length=row.groesse, serving=serving)
    antrag = b"".join([chunk async for chunk in chunks])
    text = await asyncio.to_thread(render_lesefassung, antrag)
    return text, hashlib.sha256(text.encode()).hexdigest()
