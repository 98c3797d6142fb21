"""Files as applicants send them, made here: each holds the words that it is given."""

import io
import random
import uuid
import zipfile
from email.message import EmailMessage
from pathlib import Path
from xml.sax.saxutils import escape

from tests.harness.client import File

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SYLLABLES = ("ba", "ko", "mi", "ru", "fe", "lo", "ta", "zu", "wi", "ne", "pa", "gu")
_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONSHIPS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'
)


def a_word(seed: object = None) -> str:
    """Return a made-up word that no other text holds (or always the same one for a seed)."""
    dice = random.Random(str(seed) if seed is not None else uuid.uuid4().hex)
    return "".join(dice.choice(_SYLLABLES) for _ in range(8)) + "x"


def a_pdf(text: str = "Nachweis", *, name: str = "nachweis.pdf", size: int = 0) -> File:
    """Return a PDF of one page with a line of ASCII text, filled up to `size` bytes by a stream that nobody reads."""
    line = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << %s >> >>"
    content = f"BT /F1 12 Tf 72 720 Td ({line}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page % b"/Font << /F1 4 0 R >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    padding = max(0, size - 700)
    if padding:
        noise = random.Random(text).randbytes(padding)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(noise), noise))
    return name, _pdf_of(objects), "application/pdf"


def an_encrypted_pdf(*, name: str = "geheim.pdf") -> File:
    """Return a PDF that asks for a password which nobody knows."""
    words = b"/O <%s> /U <%s>" % (b"ab" * 32, b"cd" * 32)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 %s >>" % words,
    ]
    trailer = b" /Encrypt 3 0 R /ID [<%s> <%s>]" % (b"01" * 16, b"01" * 16)
    return name, _pdf_of(objects, trailer), "application/pdf"


def _pdf_of(objects: list[bytes], trailer: bytes = b"") -> bytes:
    body, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    body += b"trailer\n<< /Size %d /Root 1 0 R%s >>\n" % (len(objects) + 1, trailer)
    body += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(body)


def a_docx(*paragraphs: str, name: str = "lebenslauf.docx") -> File:
    """Return a Word document with these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    return name, docx_of(_DOCUMENT.format(body).encode()), DOCX_TYPE


def docx_of(document: bytes) -> bytes:
    """Return a Word file around a document.xml, whatever that is."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _RELATIONSHIPS)
        archive.writestr("word/document.xml", document)
    return target.getvalue()


def an_eml(text: str = "Guten Tag", *, name: str = "anschreiben.eml") -> File:
    """Return a mail with this text."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "zoe@example.org", "stadt@example.org", "Mein Antrag für Düren"
    mail["Date"], mail["Message-ID"] = "Wed, 25 Nov 2026 09:00:00 +0100", "<1@example.org>"
    mail.set_content(text)
    return name, mail.as_bytes(), "message/rfc822"


def a_text(text: str = "Notiz", *, name: str = "notiz.txt") -> File:
    """Return a plain text."""
    return name, text.encode(), "text/plain"


def laughing_docx(*, name: str = "lachen.docx") -> File:
    """Return a Word file whose entities unfold to 10⁹ laughs."""
    entities = b"".join(b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10))
    document = (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">%s]>'
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        b"<w:t>&l9;</w:t></w:r></w:p></w:body></w:document>" % entities
    )
    return name, docx_of(document), DOCX_TYPE


def a_nested_eml(depth: int, *, name: str = "kette.eml") -> File:
    """Return a mail that holds a mail that holds a mail …, `depth` times."""
    inner = an_eml()[1]
    for level in range(depth):
        mark = b"b%d" % level
        inner = (
            (
                b"From: a@example.org\r\nSubject: %d\r\nMIME-Version: 1.0\r\n"
                b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\nContent-Type: message/rfc822\r\n\r\n'
                % (level, mark, mark)
            )
            + inner
            + b"\r\n--%s--\r\n" % mark
        )
    return name, inner, "message/rfc822"


def a_bomb(size: int, *, name: str = "bombe.docx") -> File:
    """Return a small Word file whose document inflates to `size` bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _RELATIONSHIPS)
        with archive.open("word/document.xml", "w", force_zip64=True) as stream:
            head, tail = _DOCUMENT.format("<w:p><w:r><w:t>|</w:t></w:r></w:p>").encode().split(b"|")
            stream.write(head)
            block = b"a" * (1024 * 1024)
            for _ in range(size // len(block)):
                stream.write(block)
            stream.write(tail)
    return name, target.getvalue(), DOCX_TYPE
