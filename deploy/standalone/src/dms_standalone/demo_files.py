"""Files that the demonstration makes itself, each with a text that search can find."""

import io
import zipfile
from email.message import EmailMessage
from html import escape

_RELATIONSHIPS = "application/vnd.openxmlformats-package.relationships+xml"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{_RELATIONSHIPS}"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_DOCUMENT}"/></Types>'
)
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument"/></Relationships>'
)
_WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}<w:sectPr/></w:body>'
    "</w:document>"
)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
)


def pdf(*lines: str) -> bytes:
    """Return a one-page PDF with these lines of text."""
    shown = b"".join(b"(%s) Tj T*\n" % _pdf_text(line) for line in lines)
    stream = b"BT /F1 12 Tf 16 TL 72 770 Td\n" + shown + b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        _PAGE,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _pdf_text(line: str) -> bytes:
    raw = line.encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def docx(*paragraphs: str) -> bytes:
    """Return a word processor's document with these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _XML + _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _XML + _RELS)
        archive.writestr("word/document.xml", _XML + _WORD.format(body))
    return buffer.getvalue()


def eml(subject: str, text: str, *, attachment: tuple[str, bytes] | None = None) -> bytes:
    """Return a mail, with a PDF attached if one is given."""
    message = EmailMessage()
    message["From"] = "Erika Mustermann <erika.mustermann@example.org>"
    message["To"] = "Stadt Düren <post@example.org>"
    message["Subject"] = subject
    message["Date"] = "Tue, 24 Nov 2026 09:30:00 +0100"
    message.set_content(text)
    if attachment is not None:
        message.add_attachment(attachment[1], maintype="application", subtype="pdf", filename=attachment[0])
    return message.as_bytes()
