"""Tells what a file is by its content: signatures, then the ZIP families, then the kinds of text."""

import json
import re
import struct
import zlib
from collections.abc import Iterator

UNKNOWN = "application/octet-stream"
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b", "application/gzip"),
)
# A PDF may carry up to 1 KiB of anything before its header.
_PDF_WINDOW = 1024
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_ZIP_MEMBERS: tuple[tuple[bytes, str, str], ...] = (
    (b"word/", f"{_OPEN_XML}.wordprocessingml.document", "application/vnd.ms-word.document.macroEnabled.12"),
    (b"xl/", f"{_OPEN_XML}.spreadsheetml.sheet", "application/vnd.ms-excel.sheet.macroEnabled.12"),
    (b"ppt/", f"{_OPEN_XML}.presentationml.presentation", "application/vnd.ms-powerpoint.presentation.macroEnabled.12"),
)
_ZIP_MIMETYPE = re.compile(
    rb"application/(?:vnd\.oasis\.opendocument\.[a-z-]+|epub\+zip|vnd\.etsi\.asic-[es]\+zip)", re.ASCII
)
_MAIL_HEADERS = frozenset(
    {
        "from",
        "to",
        "date",
        "subject",
        "received",
        "message-id",
        "mime-version",
        "return-path",
        "delivered-to",
        "content-type",
    }
)
_MULTIPART = re.compile(r"^content-type:\s*multipart/", re.IGNORECASE | re.MULTILINE)
_MAIL_HEADER = re.compile(r"^([A-Za-z][A-Za-z0-9-]*):[ \t]?", re.MULTILINE)
_HTML_START = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_SVG_START = re.compile(r"<svg[\s>]", re.IGNORECASE)
_XML_START = re.compile(r"<[A-Za-z_][\w.:-]*[\s/>]")
_JSON_START = re.compile(r'\s*(?:\{\s*(?:"|\})|\[\s*(?:["\[{\]\d-]|true|false|null))')
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PREAMBLE = {"<!--": "-->", "<?": "?>"}
_MAIL_WINDOW = 16 * 1024
_MARKUP_WINDOW = 8 * 1024
_MIMETYPE_BYTES = 100
# What is left of a character at the end of a sample.
_CUT_OFF_BYTES = 3
# Signature, offset of the name's length, offset of the name.
_LOCAL = (b"PK\x03\x04", 26, 30)
_CENTRAL = (b"PK\x01\x02", 28, 46)


class ContentTypes:
    """Our own rules: a name and a declared type are only hints, so neither is asked."""

    def detect(self, head: bytes, tail: bytes) -> str:
        """Return the media type by the beginning and the end of a file."""
        if b"%PDF-" in head[:_PDF_WINDOW]:
            return "application/pdf"
        for offset, signature, media_type in _SIGNATURES:
            if head.startswith(signature, offset):
                return media_type
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _zip_type(head, tail)
        text = _text_of(head)
        return UNKNOWN if text is None else _text_type(text, is_whole=head == tail)


def _zip_type(head: bytes, tail: bytes) -> str:
    declared = _declared_in_zip(head) or _declared_in_zip(tail)
    if declared is not None:
        return declared
    names = _zip_names(head) | _zip_names(tail)
    if b"[Content_Types].xml" in names:
        has_macros = any(name.endswith(b"vbaProject.bin") for name in names)
        for folder, plain, with_macros in _ZIP_MEMBERS:
            if any(name.startswith(folder) for name in names):
                return with_macros if has_macros else plain
    return "application/zip"


def _declared_in_zip(data: bytes) -> str | None:
    """Read the member `mimetype` of ODF, EPUB and ASiC; it should come first and stored, but not every tool does so."""
    for start, name in _zip_members(data, _LOCAL):
        if name == b"mimetype":
            method, extra = struct.unpack_from("<8xH18xH", data, start)
            content = data[start + 38 + extra :][:_MIMETYPE_BYTES]
            found = _ZIP_MIMETYPE.match(_inflated(content) if method else content)
            return found.group().decode() if found else None
    return None


def _inflated(content: bytes) -> bytes:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, _MIMETYPE_BYTES)
    except zlib.error:
        return b""


def _zip_names(data: bytes) -> set[bytes]:
    return {name for kind in (_LOCAL, _CENTRAL) for _, name in _zip_members(data, kind)}


def _zip_members(data: bytes, kind: tuple[bytes, int, int]) -> Iterator[tuple[int, bytes]]:
    """Yield place and name of the members whose headers lie in a part of a ZIP file."""
    signature, length_at, name_at = kind
    start = data.find(signature)
    while 0 <= start <= len(data) - name_at:
        (length,) = struct.unpack_from("<H", data, start + length_at)
        yield start, data[start + name_at : start + name_at + length]
        start = data.find(signature, start + 4)


def _text_of(head: bytes) -> str | None:
    """Decode a beginning as text; a character cut off at the end is no fault, control characters are."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", errors="ignore")
    else:
        head = head.removeprefix(b"\xef\xbb\xbf")
        text = head.decode(errors="ignore")
        if len(head) - len(text.encode()) > _CUT_OFF_BYTES:
            text = head.decode("cp1252", errors="replace")
    return None if not head or _CONTROL.search(text) else text


def _text_type(text: str, *, is_whole: bool) -> str:
    if _is_json(text, is_whole=is_whole):
        return "application/json"
    body, is_declared_xml = _without_preamble(text[:_MARKUP_WINDOW])
    if _SVG_START.match(body):
        return "image/svg+xml"
    if _HTML_START.match(body):
        return "text/html"
    if is_declared_xml or _XML_START.match(body):
        return "application/xml"
    if _is_mail(text[:_MAIL_WINDOW]):
        return "message/rfc822"
    return "text/plain"


def _without_preamble(text: str) -> tuple[str, bool]:
    """Skip space, comments and declarations before the first element; say whether an XML declaration was among them."""
    is_declared_xml = False
    while True:
        text = text.lstrip()
        opening = next((mark for mark in _PREAMBLE if text.startswith(mark)), None)
        if opening is None:
            return text, is_declared_xml
        is_declared_xml |= text.startswith("<?xml")
        _, _, text = text.partition(_PREAMBLE[opening])


def _is_json(text: str, *, is_whole: bool) -> bool:
    if not _JSON_START.match(text):
        return False
    if not is_whole:
        return True
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_mail(text: str) -> bool:
    block = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    if not re.match(r"(?:From [^\n]*\n)?[A-Za-z][A-Za-z0-9-]*:", block):
        return False
    names = {name.lower() for name in _MAIL_HEADER.findall(block)}
    # One such line alone may be prose; a multipart body alone is a mail without headers.
    return len(names & _MAIL_HEADERS) >= 2 or _MULTIPART.search(block) is not None
