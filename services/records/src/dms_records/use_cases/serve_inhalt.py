"""Serve the bytes of a file."""

from collections.abc import AsyncIterator

from dms_records.domain.errors import DokumentDamagedError
from dms_records.use_cases.quarantine_objekt import READING, quarantine_objekt
from dms_records.use_cases.queries import InhaltRow
from dms_records.use_cases.serving import Serving
from dms_records.use_cases.verified_chunks import verified_chunks


async def serve_inhalt(row: InhaltRow, *, start: int, length: int, serving: Serving) -> AsyncIterator[bytes]:
    """
    Yield verified bytes; at the first block that is not the one written the object is quarantined and nothing follows.

    Source: architecture, invariant 3. DokumentDamagedError ends an answer that has begun without its end, so that no
    client takes it for whole.
    """
    try:
        async for chunk in verified_chunks(serving.store, row, start=start, length=length):
            yield chunk
    except DokumentDamagedError as error:
        mandant = row.objekt_key.partition("/")[0]
        await quarantine_objekt(
            row.objekt_key,
            error.schaden,
            gefunden_durch=READING,
            unit_of_work=serving.unit_of_work(mandant),
            clock=serving.clock,
        )
        raise
