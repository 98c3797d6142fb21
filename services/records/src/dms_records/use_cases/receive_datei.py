"""Receive one file of an upload."""

from collections.abc import AsyncIterator

from dms_kit.core.sample import Sample
from dms_kit.core.text import safe_filename
from dms_kit.ports.object_store import ObjectWriter
from dms_kit.ports.type_detector import TypeDetector
from dms_records.domain.dokument import DokumentDatei
from dms_records.use_cases.receive_antrag import SERVICE


async def receive_datei(
    chunks: AsyncIterator[bytes], *, dateiname: str, mandant: str, writer: ObjectWriter, types: TypeDetector
) -> DokumentDatei:
    """
    Stream a file into the store while it is hashed, and tell its type by content (invariant: object before row).

    An object of a request that is refused afterwards belongs to no row and is reaped.
    """
    sample = Sample()
    stored = await writer.put(mandant, SERVICE, sample.taken_from(chunks))
    return DokumentDatei(
        dateiname=safe_filename(dateiname),
        mime_type=types.detect(sample.head, sample.tail),
        groesse=stored.size,
        sha256=stored.sha256,
        sha512=stored.sha512,
        blocks=stored.blocks,
        objekt_key=stored.key,
    )
