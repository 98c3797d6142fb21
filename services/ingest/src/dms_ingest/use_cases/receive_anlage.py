"""Receive one file of an upload."""

from collections.abc import AsyncIterator

from dms_ingest.domain.anlage import AnlageDatei, Objekt
from dms_ingest.use_cases.ports import ObjektWriter, TypeDetector

SERVICE = "ingest"
SAMPLE_BYTES = 128 * 1024


async def receive_anlage(
    chunks: AsyncIterator[bytes], *, dateiname: str, mandant: str, writer: ObjektWriter, types: TypeDetector
) -> AnlageDatei:
    """
    Stream a file into the store while it is hashed, and tell its type by content (invariant: object before row).

    A name or a declared type is never believed; `check_objekt` judges what was received.
    """
    sample = _Sample()
    stored = await writer.put(mandant, SERVICE, sample.taken_from(chunks))
    objekt = Objekt(stored.key or None, stored.size, stored.sha256, stored.sha512, stored.blocks)
    mime_type = types.detect(bytes(sample.head), bytes(sample.tail))
    return AnlageDatei(dateiname_original=dateiname, mime_type=mime_type, objekt=objekt)


class _Sample:
    """Keeps the beginning and the end of a passing stream."""

    def __init__(self) -> None:
        self.head = bytearray()
        self.tail = bytearray()

    async def taken_from(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            if len(self.head) < SAMPLE_BYTES:
                self.head += chunk[: SAMPLE_BYTES - len(self.head)]
            self.tail += chunk[-SAMPLE_BYTES:]
            if len(self.tail) > 2 * SAMPLE_BYTES:
                del self.tail[:-SAMPLE_BYTES]
            yield chunk
