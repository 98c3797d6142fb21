"""A changed Dokument as it is answered."""

from collections.abc import Callable

from fastapi import Response

from dms_records.api.dependencies import Access
from dms_records.api.schemas.dokument import Dokument
from dms_records.use_cases.queries import DokumentRow


def answered(row: DokumentRow, access: Access, response: Response) -> Dokument:
    """Return the Dokument, its ETag in the header too."""
    dokument = Dokument.of(row, access.clock.now())
    response.headers["ETag"] = dokument.etag
    return dokument


def rendered(access: Access) -> Callable[[DokumentRow], bytes]:
    """Return what makes the bytes of the answer that is kept for a repetition."""
    return lambda row: Dokument.of(row, access.clock.now()).model_dump_json().encode()
