"""Receive one file of an upload."""

from collections.abc import AsyncIterator

from dms_ingest.domain.anlage import AnlageDatei, Objekt
from dms_kit.core.sample import Sample
from dms_kit.ports.object_store import ObjectWriter
from dms_kit.ports.type_detector import TypeDetector

SERVICE = "ingest"


async def receive_anlage(
    chunks: AsyncIterator[bytes], *, dateiname: str, mandant: str, writer: ObjectWriter, types: TypeDetector
) -> AnlageDatei:
    """
    Stream a file into the store while it is hashed, and tell its type by content (invariant: object before row).

    A name or a declared type is never believed; `check_objekt` judges what was received.
    """
    sample = Sample()
    stored = await writer.put(mandant, SERVICE, sample.taken_from(chunks))
    objekt = Objekt(stored.key or None, stored.size, stored.sha256, stored.sha512, stored.blocks)
    mime_type = types.detect(sample.head, sample.tail)
    return AnlageDatei(dateiname_original=dateiname, mime_type=mime_type, objekt=objekt)
