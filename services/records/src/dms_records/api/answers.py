"""What endpoints that change a Dokument share: what an act takes, and the changed Dokument as it is answered."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Response

from dms_kit.web.conditional import IfMatch
from dms_records.api.acts import version_check
from dms_records.api.dependencies import Access, AccessDep
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


class DokumentActing:
    """What every act on a Dokument takes besides its actor: its If-Match, the parts it needs, and the answer."""

    def __init__(self, access: AccessDep, response: Response, if_match: IfMatch = None) -> None:
        self.access = access
        self.check_version = version_check(if_match)
        self._response = response

    def answer(self, row: DokumentRow) -> Dokument:
        """Return the changed Dokument."""
        return answered(row, self.access, self._response)


DokumentActingDep = Annotated[DokumentActing, Depends()]
