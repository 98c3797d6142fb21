"""DOCX and ODT: the XML parts inside their ZIP, streamed, so that a deflate bomb is noticed and not unpacked."""

import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import BinaryIO

from dms_search.adapters.formats.markup import MAX_MARKUP_BYTES, Target, parse
from dms_search.adapters.formats.sink import TextSink, UnreadableError
from dms_search.domain.volltext import VolltextGrund

_MAX_MEMBERS = 10_000
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_WORD = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_ODF_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DOCX_PARTS = ("word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments")
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAX_SEARCHED_BYTES = 64 * 1024 * 1024


class _WordText:
    """Text runs of WordprocessingML; deleted text of tracked changes is another element and stays out."""

    def __init__(self, sink: TextSink) -> None:
        self._sink = sink
        self._inside = False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        name = _local(tag, _WORD, _STRICT_WORD)
        self._inside = name == "t"
        if name in {"tab", "br", "cr"}:
            self._sink.add(" ")

    def end(self, tag: str) -> None:
        self._inside = False
        if _local(tag, _WORD, _STRICT_WORD) in {"p", "tc"}:
            self._sink.add("\n")

    def data(self, text: str) -> None:
        if self._inside:
            self._sink.add(text)

    def close(self) -> None:
        pass


class _OdfText:
    """Paragraphs and headings of OpenDocument; what tracked changes deleted stays out."""

    def __init__(self, sink: TextSink) -> None:
        self._sink = sink
        self._depth = 0
        self._deleted = 0

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        name = _local(tag, _ODF_TEXT)
        self._deleted += name == "tracked-changes"
        self._depth += name in {"p", "h"}
        if name in {"s", "tab", "line-break"}:
            self._sink.add(" ")

    def end(self, tag: str) -> None:
        name = _local(tag, _ODF_TEXT)
        self._deleted -= name == "tracked-changes"
        if name in {"p", "h"}:
            self._depth -= 1
            self._sink.add("\n")

    def data(self, text: str) -> None:
        if self._depth and not self._deleted:
            self._sink.add(text)

    def close(self) -> None:
        pass


def read_docx(file: BinaryIO, sink: TextSink) -> None:
    """Read body, headers, footers, notes and comments."""
    _read_parts(file, lambda name: name.startswith(_DOCX_PARTS) and name.endswith(".xml"), _WordText(sink))


def read_odt(file: BinaryIO, sink: TextSink) -> None:
    """Read the content of any OpenDocument file."""
    _read_parts(file, lambda name: name == "content.xml", _OdfText(sink))


def is_locked(file: BinaryIO) -> bool:
    """Say whether a file is an encrypted Office file: an OLE container around what would be a ZIP."""
    file.seek(0)
    data = file.read(_MAX_SEARCHED_BYTES)
    return data.startswith(OLE_MAGIC) and _ENCRYPTED in data


def _read_parts(file: BinaryIO, wanted: Callable[[str], bool], target: Target) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) > _MAX_MEMBERS:
                raise UnreadableError(VolltextGrund.ZU_GROSS)
            parts = sorted((member for member in members if wanted(member.filename)), key=_body_first)
            if not parts:
                raise UnreadableError(VolltextGrund.BESCHAEDIGT)
            if sum(part.file_size for part in parts) > MAX_MARKUP_BYTES:
                raise UnreadableError(VolltextGrund.ZU_GROSS)
            for part in parts:
                if part.flag_bits & 1:
                    raise UnreadableError(VolltextGrund.VERSCHLUESSELT)
                with archive.open(part) as content:
                    parse(content, target)  # type: ignore[arg-type]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise UnreadableError(VolltextGrund.BESCHAEDIGT) from error


def _body_first(part: zipfile.ZipInfo) -> tuple[bool, str]:
    return not part.filename.endswith("/document.xml"), part.filename


def _local(tag: str, *namespaces: str) -> str:
    for namespace in namespaces:
        if tag.startswith(namespace):
            return tag[len(namespace) :]
    return ""
