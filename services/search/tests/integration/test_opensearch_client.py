"""No request waits for ever, whatever the server does; a server of the test's own misbehaves."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from dms_kit.core.access import AccessScope
from dms_kit.core.errors import StorageFullError, UnavailableError
from dms_search.adapters.opensearch_client import OpenSearchAccess
from dms_search.adapters.opensearch_index import OpenSearchIndex
from dms_search.domain.suchanfrage import Suchanfrage

Answer = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def index_at(answer: Answer, **access) -> AsyncIterator[OpenSearchIndex]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(await reader.readuntil(b"\r\n\r\n"), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    options = {"seconds": 0.3, "write_seconds": 0.3, **access}
    index = OpenSearchIndex(OpenSearchAccess(url=f"http://127.0.0.1:{port}", **options))
    try:
        yield index
    finally:
        await index.close()
        server.close()


def acts(index: OpenSearchIndex) -> list[Awaitable[object]]:
    search = index.search(
        Suchanfrage.parse("wort"), scope=AccessScope("dueren"), zustaendigkeiten=None, position=None, limit=1
    )
    return [search, index.upsert([]), index.state(), index.begin("x"), index.swap("x"), index.tidy(), index.ping()]


async def silent(_: bytes, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3)


async def closing(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def half(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{")
    await asyncio.sleep(3)


async def rubbish(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n{{{{{")


def refusing(status: int, reason: str) -> Answer:
    async def answer(_: bytes, writer: asyncio.StreamWriter) -> None:
        body = b'{"error": {"type": "x", "reason": "%s", "root_cause": []}, "status": %d}' % (reason.encode(), status)
        head = b"HTTP/1.1 %d X\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % (status, len(body))
        writer.write(head + body)

    return answer


@pytest.mark.parametrize(
    "answer", [silent, closing, half, rubbish, refusing(503, "away"), refusing(429, "busy"), refusing(401, "who?")]
)
async def test_whatever_the_server_does_it_counts_as_unavailable_soon(answer) -> None:
    async with asyncio.timeout(10), index_at(answer) as index:
        for act in acts(index):
            with pytest.raises(UnavailableError):
                await act


async def test_a_server_that_is_away_is_unavailable_at_once() -> None:
    index = OpenSearchIndex(OpenSearchAccess(url="http://127.0.0.1:9"))
    async with asyncio.timeout(5):
        for act in acts(index):
            with pytest.raises(UnavailableError):
                await act
    await index.close()


async def test_a_full_disk_is_said_so() -> None:
    reason = "index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded, index has read-only-allow-delete block];"
    async with index_at(refusing(429, reason)) as index:
        with pytest.raises(StorageFullError):
            await index.begin("x")


async def test_the_credentials_are_passed_on() -> None:
    heads: list[bytes] = []

    async def answer(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)

    async with index_at(answer, user="registratur", password="geheim") as index:
        with pytest.raises(UnavailableError):
            await index.state()
    assert base64.b64encode(b"registratur:geheim") in heads[0]
    assert "geheim" not in repr(OpenSearchAccess(url="http://x", user="registratur", password="geheim"))
