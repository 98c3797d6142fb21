"""Files as answers: ranges, conditions, digests, and never as a page of ours."""

import base64
import re
from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Header, Request, Response
from fastapi.responses import StreamingResponse

from dms_kit.web.conditional import IfNoneMatch, matches_none
from dms_kit.web.problems import problem_of, problem_responses
from dms_records.api.ranges import UnsatisfiableRangeError, span_of
from dms_records.domain.errors import DokumentRangeError
from dms_records.use_cases.queries import InhaltRow
from dms_records.use_cases.serve_inhalt import serve_inhalt
from dms_records.use_cases.serving import Serving

Range = Annotated[
    str | None, Header(alias="Range", max_length=1000, description="Ein Teil der Datei.", examples=["bytes=0-1023"])
]
IfRange = Annotated[
    str | None, Header(alias="If-Range", max_length=200, description="`Range` gilt nur bei diesem ETag.")
]
# The media type is that of the file.
_BINARY: dict[str, Any] = {"*/*": {}}
CONTENT_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "Die Datei.", "content": _BINARY},
    206: {"description": "Ein Teil der Datei.", "content": _BINARY},
    304: {"description": "Unverändert."},
    **problem_responses("bereich-unerfuellbar", "inhalt-gesperrt", "inhalt-ungeprueft", "inhalt-beschaedigt"),
}
# What a browser shows without running anything; all else (HTML, SVG, XML …) is only saved.
_INLINE = {"application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp", "text/plain"}
_MEDIA_TYPE = re.compile(r"[a-zA-Z0-9!#$&^_.+-]+/[a-zA-Z0-9!#$&^_.+-]+(?:\s*;[ -~]*)?")
_UNSAFE = re.compile(r'[^ -~]|["\\%/]')


class Conditions:
    """Which part of a file a request wants, and on what condition."""

    def __init__(
        self, request: Request, *, asked: Range = None, if_range: IfRange = None, if_none_match: IfNoneMatch = None
    ) -> None:
        self.request = request
        self.is_head = request.method == "HEAD"
        self.if_none_match = if_none_match
        self.is_range = asked is not None
        self._asked = asked
        self._if_range = if_range

    def span(self, etag: str, size: int) -> tuple[int, int] | None:
        """Return (start, length), or None for the whole file; a Range of another version's file is ignored."""
        if self.is_head or self._if_range not in {None, etag}:
            return None
        return span_of(self._asked, size)


ConditionsDep = Annotated[Conditions, Depends(Conditions)]


async def respond_with_content(conditions: Conditions, row: InhaltRow, serving: Serving) -> Response:
    """Answer with a file, a part of it, or that the client has it already; only verified bytes leave."""
    headers = _headers(row)
    if matches_none(conditions.if_none_match, headers["ETag"]):
        del headers["Content-Type"]
        return Response(status_code=304, headers=headers)
    try:
        span = conditions.span(headers["ETag"], row.groesse)
    except UnsatisfiableRangeError:
        answer = problem_of(conditions.request, DokumentRangeError())
        answer.headers["Content-Range"] = f"bytes */{row.groesse}"
        return answer
    start, length = span or (0, row.groesse)
    headers["Content-Length"] = str(length)
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{row.groesse}"
    if conditions.is_head:
        return Response(headers=headers)
    chunks = serve_inhalt(row, start=start, length=length, serving=serving)
    # The first block is read before the answer begins, so that what is wrong with it is still a problem document.
    first = await anext(chunks, b"")
    return StreamingResponse(_joined(first, chunks), status_code=206 if span else 200, headers=headers)


def content_disposition(dateiname: str, mime_type: str) -> str:
    """Return the header value with the name in ASCII and, by RFC 8187, in full."""
    kind = "inline" if mime_type.partition(";")[0].strip().lower() in _INLINE else "attachment"
    plain = _UNSAFE.sub("_", dateiname)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(dateiname, safe='')}"


def _headers(row: InhaltRow) -> dict[str, str]:
    digest = base64.b64encode(bytes.fromhex(row.sha256)).decode()
    return {
        "Content-Type": row.mime_type if _MEDIA_TYPE.fullmatch(row.mime_type) else "application/octet-stream",
        "ETag": f'"{row.sha256}"',
        "Repr-Digest": f"sha-256=:{digest}:",
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": content_disposition(row.dateiname, row.mime_type),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk
