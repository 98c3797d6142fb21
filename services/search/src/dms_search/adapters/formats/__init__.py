"""Readers of one file format each; they run in the extraction worker only."""

from typing import BinaryIO

from dms_search.adapters.formats import mail, markup, office, pdf, plain
from dms_search.adapters.formats.sink import LimitReachedError, TextSink, UnreadableError
from dms_search.domain.volltext import VolltextGrund

_HEAD_BYTES = 4096
_BY_TYPE = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template": "docx",
    "application/vnd.ms-word.document.macroenabled.12": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.text-template": "odt",
    "message/rfc822": "eml",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
_READERS = {
    "pdf": pdf.read,
    "docx": office.read_docx,
    "odt": office.read_odt,
    "html": markup.read_html,
    "xml": markup.read_xml,
    "json": plain.read_json,
    "txt": plain.read_text,
}


def read_file(file: BinaryIO, sink: TextSink, *, mime_type: str) -> str:
    """Read a seekable file into the sink and return its format; raises UnreadableError with the reason."""
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    kind = format_of(head, mime_type)
    try:
        if kind == "eml":
            mail.read(file, sink, read_attachment=_read_attachment)
        elif kind in _READERS:
            _READERS[kind](file, sink)
        else:
            locked = office.is_locked(file)
            raise UnreadableError(VolltextGrund.VERSCHLUESSELT if locked else VolltextGrund.FORMAT)
    except LimitReachedError:
        pass
    return kind


def format_of(head: bytes, mime_type: str) -> str:
    """Return the format by content where content tells, else by the type that ingest found; `other` for the rest."""
    declared = _declared_format(mime_type.partition(";")[0].strip().lower())
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zip_format(head, declared)
    return "other" if head.startswith(office.OLE_MAGIC) else declared


def _declared_format(mime_type: str) -> str:
    if mime_type in _BY_TYPE:
        return _BY_TYPE[mime_type]
    if mime_type.endswith("+xml") and not mime_type.startswith("image/"):
        return "xml"
    if mime_type.endswith("+json"):
        return "json"
    return "txt" if mime_type.startswith("text/") else "other"


def _zip_format(head: bytes, known: str) -> str:
    if b"mimetypeapplication/vnd.oasis.opendocument.text" in head[:200]:
        return "odt"
    if known in {"docx", "odt"}:
        return known
    return "docx" if b"word/" in head else "other"


def _read_attachment(file: BinaryIO, sink: TextSink, *, mime_type: str) -> None:
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    reader = _READERS.get(format_of(head, mime_type))
    if reader is not None:
        reader(file, sink)
        sink.add("\n")
