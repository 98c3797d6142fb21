"""A file is what its content says."""

import io
import json
import time
import zipfile

import pytest

from dms_kit.adapters.content_types import UNKNOWN, ContentTypes
from dms_kit.core.sample import SAMPLE_BYTES

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"


def detect(data: bytes) -> str:
    return ContentTypes().detect(data[:SAMPLE_BYTES], data[-SAMPLE_BYTES:])


def zipped(*members: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def office(folder: str, *more: str) -> bytes:
    names = ("[Content_Types].xml", "_rels/.rels", f"{folder}/main.xml", *more)
    return zipped(*((name, b"<x/>") for name in names))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.7\n...", "application/pdf"),
        (b"\xef\xbb\xbf\n%PDF-1.4", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"II*\x00....", "image/tiff"),
        (b"MM\x00*....", "image/tiff"),
        (office("word"), DOCX),
        (office("word", "word/vbaProject.bin"), "application/vnd.ms-word.document.macroEnabled.12"),
        (office("xl"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (office("ppt"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        (zipped(("mimetype", ODT.encode()), ("content.xml", b"<x/>"), compression=zipfile.ZIP_STORED), ODT),
        (zipped(("content.xml", b"<x/>"), ("mimetype", ODT.encode())), ODT),
        (zipped(("a.txt", b"a")), "application/zip"),
        (zipped(("word/a.txt", b"a")), "application/zip"),
        (b"From: a@example.org\r\nSubject: Hallo\r\n\r\nText", "message/rfc822"),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x", "message/rfc822"),
        (b"Von: a\nBetreff: b\n\nText", "text/plain"),
        (b'{"a": 1}', "application/json"),
        (b" [1, 2]", "application/json"),
        (b"{kein json", "text/plain"),
        (b"[" * 10_000 + b"]" * 10_000, "text/plain"),
        (b"<?xml version='1.0'?><a/>", "application/xml"),
        (b"<!-- c --><antrag>", "application/xml"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"<?xml version='1.0'?>\n<!-- c -->\n<HTML lang='de'>", "text/html"),
        (b"<?xml version='1.0'?><svg xmlns='x'>", "image/svg+xml"),
        ("Grüße aus Düren".encode(), "text/plain"),
        ("Grüße aus Düren".encode("latin-1"), "text/plain"),
        ("Grüße aus Düren".encode("utf-16"), "text/plain"),
        (("ä" * SAMPLE_BYTES).encode()[1:], "text/plain"),
        (b"", UNKNOWN),
        (b"\x00\x01\x02", UNKNOWN),
        (b"PK\x03\x04", "application/zip"),
    ],
)
def test_content_decides(data, expected):
    assert detect(data) == expected


def test_json_beyond_the_sample_is_known_by_its_beginning():
    assert detect(json.dumps({"a": "x" * 2 * SAMPLE_BYTES}).encode()) == "application/json"


def test_large_office_file_is_known_by_its_directory():
    content = zipped(
        ("[Content_Types].xml", b"<x/>"),
        ("media.bin", bytes(3 * SAMPLE_BYTES)),
        ("word/document.xml", b"<x/>"),
        compression=zipfile.ZIP_STORED,
    )
    assert detect(content) == DOCX


@pytest.mark.parametrize("pattern", [b"<!--", b"<!-- -->", b"<?xml ?>", b"\n", b"a:", b"PK\x03\x04", b"<a "])
def test_hostile_repetition_takes_no_time(pattern):
    started = time.perf_counter()
    detect(pattern * (SAMPLE_BYTES // len(pattern)))
    assert time.perf_counter() - started < 2
