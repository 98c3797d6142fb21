"""What an S3 server may answer instead of doing what it was asked for; its part is played by a plain HTTP server."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dms_kit.adapters.s3_store import PART_SIZE, S3Bucket, S3Store
from dms_kit.core.errors import StorageFullError, UnavailableError
from dms_kit.ports.object_store import ObjectNotFoundError
from dms_kit.testing.contracts.object_store import broken_stream, content, stream

KEY = "dueren/ingest/019ac1a2-5f00-7000-8000-000000000000"
LISTED = b"<R><Name>akten</Name><IsTruncated>false</IsTruncated>"
MODIFIED = "Wed, 25 Nov 2026 03:00:00 GMT"


def error(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>x</Message></Error>".encode()


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/xml"
    headers: dict[str, str] = field(default_factory=lambda: {"ETag": '"x"', "Last-Modified": MODIFIED})
    seconds: float = 0.0
    promised: int | None = None
    is_lost: bool = False


@dataclass
class Scripted:
    """Gives the answer that is written for the operation asked for, and notes what it was asked."""

    endpoint: str
    answers: dict[str, Answer]
    asked: list[str]
    callers: set[tuple[str, int]]


def operation(command: str, path: str) -> str:
    query = path.partition("?")[2]
    for word in ("uploads", "uploadId", "versions"):
        if word in query:
            return f"{command} {word}"
    return command


def handler_of(
    answers: dict[str, Answer], asked: list[str], callers: set[tuple[str, int]], ended: threading.Event
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            asked.append(operation(self.command, self.path))
            callers.add(self.client_address)
            answer = answers.get(asked[-1], Answer())
            ended.wait(answer.seconds)
            self.close_connection = answer.is_lost or answer.promised is not None
            if answer.is_lost:
                return
            with suppress(OSError):
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(answer.promised or len(answer.body)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)

        def log_message(self, *_args: object) -> None:
            return

    for command in ("GET", "HEAD", "PUT", "POST", "DELETE"):
        setattr(Handler, f"do_{command}", Handler.answer)
    return Handler


@pytest.fixture
def server() -> Iterator[Scripted]:
    answers: dict[str, Answer] = {
        "POST uploads": Answer(body=b"<R><UploadId>1</UploadId></R>"),
        "GET versions": Answer(body=LISTED + b"</R>"),
        "GET uploads": Answer(body=LISTED + b"</R>"),
    }
    asked: list[str] = []
    callers: set[tuple[str, int]] = set()
    ended = threading.Event()
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(answers, asked, callers, ended))
    thread = threading.Thread(target=http.serve_forever, args=(0.05,))
    thread.start()
    yield Scripted(f"127.0.0.1:{http.server_port}", answers, asked, callers)
    ended.set()
    http.shutdown()
    http.server_close()
    thread.join()


def store_at(endpoint: str) -> S3Store:
    bucket = S3Bucket(endpoint=endpoint, bucket="akten", access_key="a", secret_key="b", secure=False)
    return S3Store(bucket, "ingest", timeout=0.5)


@pytest.fixture
async def store(server) -> AsyncIterator[S3Store]:
    store = store_at(server.endpoint)
    yield store
    await store.close()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(507, error("XMinioStorageFull")), StorageFullError),
        (Answer(507, error("SomethingElse")), StorageFullError),
        (Answer(507, b"full", "text/plain"), StorageFullError),
        (Answer(400, error("XMinioAdminBucketQuotaExceeded")), StorageFullError),
        (Answer(500, error("InternalError")), UnavailableError),
        (Answer(503, error("SlowDown")), UnavailableError),
        (Answer(502, b"<html>", "text/html"), UnavailableError),
        (Answer(500, error("InternalError")[:30]), UnavailableError),
        (Answer(403, error("AccessDenied")), UnavailableError),
        (Answer(404, error("NoSuchBucket")), UnavailableError),
        (Answer(seconds=3.0), UnavailableError),
    ],
)
@pytest.mark.parametrize("size", [3, PART_SIZE + 1])
async def test_failing_server_is_unavailable_and_a_full_one_is_told_apart(server, store, answer, expected, size):
    server.answers |= {"PUT": answer, "PUT uploadId": answer}
    before = time.monotonic()
    with pytest.raises(expected):
        await store.put("dueren", "ingest", stream(bytes(size)))
    assert time.monotonic() - before < 2.5
    assert server.asked.count("PUT") <= 1
    if size > PART_SIZE:
        assert "DELETE uploadId" in server.asked


async def test_server_that_is_away_is_unavailable(server):
    store = store_at("127.0.0.1:9")
    for attempt in (store.ping(), store.stat(KEY), store.copy(KEY, "dueren", "records"), store.delete(KEY)):
        with pytest.raises(UnavailableError):
            await attempt
    with pytest.raises(UnavailableError):
        await content(store, KEY)
    await store.close()


async def test_failed_discard_does_not_hide_why_the_upload_broke(server, store):
    server.answers["DELETE uploadId"] = Answer(500, error("InternalError"))
    with pytest.raises(ConnectionResetError):
        await store.put("dueren", "ingest", broken_stream(bytes(3 * PART_SIZE)))
    assert "DELETE uploadId" in server.asked


async def test_error_behind_the_status_200_is_no_success(server, store):
    server.answers |= {"POST uploadId": Answer(body=error("InternalError")), "PUT": Answer(body=error("InternalError"))}
    with pytest.raises(UnavailableError):
        await store.put("dueren", "ingest", stream(bytes(PART_SIZE + 1)))
    with pytest.raises(UnavailableError):
        await store.copy(KEY, "dueren", "records")


async def test_lost_answer_to_a_put_is_followed_by_its_removal(server, store):
    server.answers["PUT"] = Answer(seconds=3.0)
    with pytest.raises(UnavailableError):
        await store.put("dueren", "ingest", stream(b"abc"))
    assert server.asked == ["PUT", "GET versions", "GET uploads"]


async def test_put_that_is_given_up_is_awaited_and_then_removed(server, store):
    server.answers["PUT"] = Answer(seconds=0.3)
    putting = asyncio.create_task(store.put("dueren", "ingest", stream(b"abc")))
    while not server.asked:
        await asyncio.sleep(0.01)
    started = time.monotonic()
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert time.monotonic() - started > 0.2
    assert server.asked == ["PUT", "GET versions", "GET uploads"]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (Answer(), 1),
        (Answer(headers={"ETag": '"x"', "Connection": "close"}), 2),
        (Answer(promised=0), 2),
        (Answer(headers={}), 2),
    ],
    ids=["open", "announced", "silent", "without etag"],
)
async def test_small_objects_share_a_connection_until_it_is_closed(server, store, last, expected):
    for _ in range(3):
        await store.put("dueren", "ingest", stream(b"abc"))
    assert len(server.callers) == 1
    server.answers["PUT"] = last
    with nullcontext() if last.headers else pytest.raises(UnavailableError):
        await store.put("dueren", "ingest", stream(b"abc"))
    server.answers["PUT"] = Answer()
    await asyncio.sleep(0.1)
    await store.put("dueren", "ingest", stream(b"abc"))
    assert len(server.callers) == expected


async def test_small_object_whose_answer_is_lost_is_not_sent_again(server, store):
    await store.put("dueren", "ingest", stream(b"abc"))
    server.answers["PUT"] = Answer(is_lost=True)
    with pytest.raises(UnavailableError):
        await store.put("dueren", "ingest", stream(b"abc"))
    assert len(server.callers) == 2
    assert server.asked == ["PUT", "PUT", "GET versions", "GET uploads"]


async def test_body_that_is_cut_off_is_no_end_of_the_object(server, store):
    server.answers["GET"] = Answer(body=b"abc", content_type="application/octet-stream", promised=10)
    with pytest.raises(UnavailableError):
        await content(store, KEY)


async def test_missing_object_is_told_apart_from_a_missing_bucket(server, store):
    server.answers["GET"] = Answer(404, error("NoSuchKey"))
    with pytest.raises(ObjectNotFoundError):
        await content(store, KEY)
    server.answers["GET"] = Answer(404, error("NoSuchBucket"))
    with pytest.raises(UnavailableError):
        await content(store, KEY)


async def test_full_or_silent_store_fails_the_ping(server, store):
    server.answers["PUT"] = Answer(507, error("XMinioStorageFull"))
    with pytest.raises(UnavailableError):
        await store.ping()
    server.answers["PUT"] = Answer(seconds=3.0)
    with pytest.raises(UnavailableError):
        await store.ping()
