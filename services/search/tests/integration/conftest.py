"""Files of every format, made here; the object store is a folder of bytes."""

import io
import os
import zipfile
from hashlib import sha256
from pathlib import Path

import docx
import odfdo
import pytest

from dms_kit.ports.object_store import ObjectNotFoundError
from dms_search.adapters.extraction_pool import ExtractionLimits, ExtractionPool

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
SAMPLES = Path(__file__).parents[4].parent / "shared" / "samples"


class BytesStore:
    """Holds objects in memory and reads them in small chunks."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, data: bytes) -> tuple[str, str]:
        key = f"dueren/records/{len(self.objects)}"
        self.objects[key] = data
        return key, sha256(data).hexdigest()

    async def read(self, key: str, *, start: int = 0, length: int | None = None):
        if key not in self.objects:
            raise ObjectNotFoundError
        data = self.objects[key]
        for begin in range(0, len(data), 65536):
            yield data[begin : begin + 65536]


class Reading:
    """A pool and its store."""

    def __init__(self, pool: ExtractionPool, store: BytesStore) -> None:
        self.pool = pool
        self.store = store

    async def read(self, data: bytes, mime_type: str):
        key, digest = self.store.put(data)
        return await self.pool.extract(key, sha256_hex=digest, mime_type=mime_type)


@pytest.fixture
async def reading(tmp_path):
    store = BytesStore()
    limits = ExtractionLimits(wall_seconds=4.0, soft_seconds=2.0, cpu_seconds=3)
    pool = ExtractionPool(store, tmp_path / "extraction", workers=2, limits=limits)
    yield Reading(pool, store)
    await pool.close()


@pytest.fixture
def samples() -> Path:
    if not SAMPLES.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SAMPLES} is missing")
        pytest.skip(f"the real sample files are not there: {SAMPLES}")
    return SAMPLES


def a_pdf(text: str, *, extra: str = "") -> bytes:
    content = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode("latin-1")
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 7\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size 7 /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (extra.encode(), start)
    return bytes(out)


def an_encrypted_pdf() -> bytes:
    key = "00" * 32
    encrypt = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >> /ID [<00> <00>]"
    return a_pdf("geheim", extra=encrypt)


def a_docx(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def an_odt(*paragraphs: str) -> bytes:
    document = odfdo.Document("text")
    document.body.clear()
    for paragraph in paragraphs:
        document.body.append(odfdo.Paragraph(paragraph))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def a_bomb(member: str, size: int, *, opening: bytes = b"", mimetype: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        with archive.open(member, "w", force_zip64=True) as file:
            file.write(opening)
            chunk = b"A" * (1024 * 1024)
            for _ in range(size // len(chunk)):
                file.write(chunk)
    return out.getvalue()


def a_lying_bomb(size: int) -> bytes:
    """A bomb whose directory claims 100 bytes."""
    data = bytearray(a_bomb("word/document.xml", size))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        compressed = archive.infolist()[0].compress_size
    place = data.rfind(b"PK\x01\x02")
    data[place + 20 : place + 24] = compressed.to_bytes(4, "little")
    data[place + 24 : place + 28] = (100).to_bytes(4, "little")
    return bytes(data)


def a_nested_mail(depth: int, innermost: bytes = b"Content-Type: text/plain\n\nganz innen\n") -> bytes:
    mail = innermost
    for level in range(depth):
        mail = b"Subject: Ebene %d\nContent-Type: message/rfc822\n\n" % level + mail
    return mail
