"""A client that costs almost nothing: prepared bytes out, status and body in, over connections that stay open."""

import asyncio
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
        if headers.get("transfer-encoding") == "chunked":
            return Answer(status, b"".join([chunk async for chunk in self._chunks()]))
        return Answer(status, await self._reader.readexactly(int(headers.get("content-length", "0"))))

    async def _chunks(self) -> AsyncIterator[bytes]:
        while size := int(await self._reader.readline(), 16):
            yield await self._reader.readexactly(size)
            await self._reader.readline()
        await self._reader.readline()

    async def stream(self, head: bytes, chunks: AsyncIterator[bytes]) -> Answer:
        """Send a request whose body comes in chunks."""
        self._writer.write(head)
        async for chunk in chunks:
            self._writer.write(chunk)
            await self._writer.drain()
        return await self.read()

    async def download(self, request: bytes) -> int:
        """Read an answer's body and forget it; return its size."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head.split(b"\r\n")[0], head
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        left = length
        while left:
            left -= len(await self._reader.read(min(left, 1024 * 1024)))
        return length


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Wire]:
    """Open a connection for the time of the block."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4 * 1024 * 1024)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


def get(path: str, token: str, **params: Any) -> bytes:
    """Return the bytes of a GET."""
    query = f"?{urlencode(params)}" if params else ""
    return f"GET /api/v1/{path}{query} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


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
