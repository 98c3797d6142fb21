"""EML: headers, bodies, and the text of what is attached."""

import email
import email.policy
from email.message import EmailMessage, Message
from io import BytesIO
from typing import BinaryIO, Protocol

from dms_search.adapters.formats.markup import read_html
from dms_search.adapters.formats.plain import decode
from dms_search.adapters.formats.sink import TextSink, UnreadableError
from dms_search.domain.volltext import VolltextGrund

_MAX_MAIL_BYTES = 64 * 1024 * 1024
_MAX_PARTS = 200
_HEADERS = ("subject", "from", "to", "cc", "date")


class ReadAttachment(Protocol):
    """Reads a file inside a mail; raises UnreadableError like every reader."""

    def __call__(self, file: BinaryIO, sink: TextSink, *, mime_type: str) -> None:
        """Give the sink the text of the file."""
        ...


def read(file: BinaryIO, sink: TextSink, *, read_attachment: ReadAttachment) -> None:
    """Read a mail with everything nested in it, at most 200 parts; an unreadable part is passed over."""
    data = file.read(_MAX_MAIL_BYTES + 1)
    if len(data) > _MAX_MAIL_BYTES:
        raise UnreadableError(VolltextGrund.ZU_GROSS)
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
    except RecursionError as error:
        raise UnreadableError(VolltextGrund.BESCHAEDIGT) from error
    waiting: list[Message] = [message]
    for _ in range(_MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        _add_headers(part, sink)
        if part.is_multipart():
            waiting.extend(reversed([child for child in part.get_payload() if isinstance(child, Message)]))
        else:
            _add_content(part, sink, read_attachment)


def _add_headers(part: Message, sink: TextSink) -> None:
    for name in _HEADERS:
        sink.add(f"{_header(part, name)}\n")
    try:
        filename = part.get_filename() or ""
    except Exception:  # noqa: BLE001 - the standard library fails in many ways on malformed headers
        filename = ""
    sink.add(f"{filename}\n")


def _header(part: Message, name: str) -> str:
    try:
        return str(part[name] or "")
    except Exception:  # noqa: BLE001 - the standard library fails in many ways on malformed headers
        return ""


def _add_content(part: Message, sink: TextSink, read_attachment: ReadAttachment) -> None:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return
    kind = part.get_content_type()
    try:
        if kind == "text/html":
            read_html(BytesIO(content), sink)
        elif part.get_content_maintype() == "text" or not isinstance(part, EmailMessage):
            sink.add(decode(content, part.get_content_charset()) + "\n")
        else:
            read_attachment(BytesIO(content), sink, mime_type=kind)
    except UnreadableError:
        return
