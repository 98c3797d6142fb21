"""A client that costs almost nothing: prepared bytes out, status and body in, over connections that stay open."""

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.harness.client import an_antrag
from tests.harness.files import a_pdf

BOUNDARY = b"registratur-bench"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    etag: str | None = None

    def json(self) -> Any:
        """Parse the body."""
        return json.loads(self.body)


class Wire:
    """One open connection to an origin on the loopback interface."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, request: bytes) -> Answer:
        """Send a whole request and read the whole answer."""
        self._writer.write(request)
        await self._writer.drain()
        return await self.read()

    async def read(self) -> Answer:
        """Read one answer with Content-Length or in chunks."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        status = int(lines[0].split(" ")[1])
        etag = headers.get("etag")
        if headers.get("transfer-encoding") == "chunked":
            return Answer(status, b"".join([chunk async for chunk in self._chunks()]), etag)
        return Answer(status, await self._reader.readexactly(int(headers.get("content-length", "0"))), etag)

    async def _chunks(self) -> AsyncIterator[bytes]:
        while size := int(await self._reader.readline(), 16):
            yield await self._reader.readexactly(size)
            await self._reader.readline()
        await self._reader.readline()

    async def stream(self, head: bytes, chunks: AsyncIterator[bytes]) -> Answer:
        """Send a request whose body comes in chunks."""
        await self.push(head, chunks)
        return await self.read()

    async def push(self, head: bytes, chunks: AsyncIterator[bytes]) -> None:
        """Send a request, or the beginning of one, and wait for no answer."""
        self._writer.write(head)
        async for chunk in chunks:
            self._writer.write(chunk)
            await self._writer.drain()

    async def download(
        self, request: bytes, *, status: int = 200, notice: Callable[[bytes], object] = lambda _: None
    ) -> int:
        """Read an answer's body piece by piece and forget it; return its size."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert f" {status} ".encode() in head.split(b"\r\n")[0], head
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        left = length
        while left:
            piece = await self._reader.read(min(left, 1024 * 1024))
            assert piece, f"the answer ended {left} bytes too early"
            notice(piece)
            left -= len(piece)
        return length

    def cut(self) -> None:
        """Lose the connection as a broken line does."""
        self._writer.transport.abort()


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Wire]:
    """Open a connection for the time of the block."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4 * 1024 * 1024)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


def get(path: str, token: str, **params: Any) -> bytes:
    """Return the bytes of a GET."""
    query = f"?{urlencode(params)}" if params else ""
    return head_of("GET", path + query, token)


def post(path: str, token: str, body: object = None, **headers: str) -> bytes:
    """Return the bytes of a POST of JSON."""
    content = b"" if body is None else json.dumps(body).encode()
    kind = {} if body is None else {"Content_Type": "application/json"}
    return head_of("POST", path, token, Content_Length=str(len(content)), **kind, **headers) + content


def post_form(path: str, token: str, parts: bytes, **headers: str) -> bytes:
    """Return the bytes of a POST of a form with these parts."""
    body = parts + b"--" + BOUNDARY + b"--\r\n"
    kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    return head_of("POST", path, token, Content_Length=str(len(body)), Content_Type=kind, **headers) + body


def head_of(method: str, path: str, token: str, **headers: str) -> bytes:
    """Return the head of a request; `If_Match` becomes `If-Match`."""
    named = {"Host": "bench", "Authorization": f"Bearer {token}"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = (f"{name}: {value}\r\n" for name, value in named.items())
    return f"{method} /api/v1/{path} HTTP/1.1\r\n{''.join(lines)}\r\n".encode()


def submit_head(token: str, length: int) -> bytes:
    """Return the head of a `POST /antraege`."""
    return (
        f"POST /api/v1/antraege HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY.decode()}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def part(name: str, content: bytes, media_type: str, filename: str | None = None) -> bytes:
    """Return one part of a form."""
    file = f'; filename="{filename}"' if filename else ""
    head = f'Content-Disposition: form-data; name="{name}"{file}\r\nContent-Type: {media_type}\r\n\r\n'
    return b"--" + BOUNDARY + b"\r\n" + head.encode() + content + b"\r\n"


def submission(token: str, word: str, *, size: int = 19_000) -> bytes:
    """Return a whole `POST /antraege` with one PDF that holds the word."""
    antrag = json.dumps(an_antrag(betreff=f"Anmeldung {word}"), ensure_ascii=False).encode()
    name, content, media_type = a_pdf(f"Beleg {word}", size=size)
    body = part("antrag", antrag, "application/json") + part("anlage", content, media_type, name)
    body += b"--" + BOUNDARY + b"--\r\n"
    return submit_head(token, len(body)) + body


async def for_seconds(seconds: float, clients: int, act: Callable[[int, int], Awaitable[None]]) -> float:
    """Let each client repeat the act for so long; return how many acts a second ended."""
    done = 0
    started = time.perf_counter()

    async def repeat(client: int) -> None:
        nonlocal done
        number = 0
        while time.perf_counter() - started < seconds:
            await act(client, number)
            number += 1
            done += 1

    await asyncio.gather(*(repeat(client) for client in range(clients)))
    return done / (time.perf_counter() - started)
