"""The pulling multipart reader."""

import pytest

from dms_kit.core.errors import MalformedRequestError
from dms_kit.web.digests import sent_digests
from dms_kit.web.errors import UnsupportedMediaTypeError
from dms_kit.web.multipart import MultipartReader

TYPE = "multipart/form-data; boundary=grenze"


async def read(body: bytes, *, piece: int = 1 << 20, content_type: str = TYPE):
    async def stream():
        for start in range(0, len(body), piece):
            yield body[start : start + piece]

    return [
        (part.name, part.filename, b"".join([chunk async for chunk in part.chunks]))
        async for part in MultipartReader(stream(), content_type).parts()
    ]


def body(*parts: tuple[str, bytes], end: bytes = b"--grenze--\r\n") -> bytes:
    return (
        b"".join(
            b"--grenze\r\nContent-Disposition: form-data; " + disposition.encode() + b"\r\n\r\n" + content + b"\r\n"
            for disposition, content in parts
        )
        + end
    )


@pytest.mark.parametrize("piece", [1, 2, 7, 64, 1 << 20])
async def test_parts_are_whole_however_the_bytes_arrive(piece):
    content = b"\r\n--grenz\r\n--grenzenlos" + bytes(range(256))
    sent = body(('name="antrag"', b"{}"), ('name="anlage"; filename="a.bin"', content))
    assert await read(sent, piece=piece) == [("antrag", None, b"{}"), ("anlage", "a.bin", content)]


@pytest.mark.parametrize(
    ("disposition", "filename"),
    [
        ('name="anlage"; filename="Größe.pdf"', "Größe.pdf"),
        ('name="anlage"; filename=kurz.pdf', "kurz.pdf"),
        (r'name="anlage"; filename="a\"b\\c.pdf"', 'a"b\\c.pdf'),
        (r'name="anlage"; filename="C:\Ordner\a.pdf"', r"C:\Ordner\a.pdf"),
        ('name="anlage"; filename="a;b=c.pdf"', "a;b=c.pdf"),
        ('name="anlage"; filename="x.pdf"; filename*=UTF-8\'\'%E2%82%AC%20rates.pdf', "€ rates.pdf"),
        ("name=\"anlage\"; filename*=iso-8859-1'de'%FCber.pdf", "über.pdf"),
        ('name="anlage"; filename=""', ""),
    ],
)
async def test_file_name_is_read(disposition, filename):
    assert [name for _, name, _ in await read(body((disposition, b"x")))] == [filename]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"kein multipart",
        b"--andere\r\n",
        body(('name="antrag"', b"{}"), end=b""),
        body(('name="antrag"', b"{}"), end=b"--gren"),
        b"--grenze\r\nContent-Type: text/plain\r\n\r\nx\r\n--grenze--\r\n",
        b'--grenze\r\nContent-Disposition: form-data; filename="a"\r\n\r\nx\r\n--grenze--\r\n',
        b'--grenze\r\nContent-Disposition: form-data; name="a"; filename="\xed\xa0\x80"\r\n\r\nx\r\n--grenze--\r\n',
        body(("name=\"anlage\"; filename*=UTF-16''a", b"x")),
        body(("name=\"anlage\"; filename*=UTF-8''%ff", b"x")),
        b"--grenze\r\n" + b"X: y\r\n" * 50 + b'Content-Disposition: form-data; name="a"\r\n\r\nx\r\n--grenze--\r\n',
        b"--grenze\r\nX: " + b"y" * 100_000 + b"\r\n\r\nx\r\n--grenze--\r\n",
        body(('name="a"\r\nContent-Transfer-Encoding: base64', b"x")),
    ],
)
async def test_what_is_no_multipart_is_unreadable(sent):
    with pytest.raises(MalformedRequestError):
        await read(sent)


@pytest.mark.parametrize("content_type", ["application/json", "", "multipart/mixed; boundary=grenze"])
async def test_other_media_type_is_refused(content_type):
    with pytest.raises(UnsupportedMediaTypeError):
        await read(b"", content_type=content_type)


@pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=" + "x" * 71])
async def test_boundary_is_needed(boundary):
    with pytest.raises(MalformedRequestError):
        await read(b"", content_type=f"multipart/form-data{boundary}")


async def test_epilogue_is_ignored():
    assert await read(body(('name="a"', b"x")) + b"Nachsatz") == [("a", None, b"x")]


def test_unknown_digests_are_ignored_and_known_ones_decoded():
    assert sent_digests({"content-digest": "md5=:AAAA:, sha-256=:" + "A" * 43 + "=:"}) == {"sha-256": bytes(32)}


@pytest.mark.parametrize("value", ["sha-256=abc", "sha-256=:AA=:", "sha-256=:%%:", "sha-512=:" + "A" * 43 + "=:"])
def test_unreadable_digest_is_refused(value):
    with pytest.raises(MalformedRequestError):
        sent_digests({"repr-digest": value})
