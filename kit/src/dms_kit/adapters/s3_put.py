"""PUT of small objects from the event loop: by the SDK each takes a thread and four times the processor."""

import asyncio
import re
import ssl
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import SplitResult

from minio.credentials.credentials import Credentials
from minio.signer import sign_v4_s3

from dms_kit.adapters.s3_client import BINARY, CONNECT_SECONDS, failure_of
from dms_kit.core.errors import UnavailableError

# What is larger would hold the loop up while it is hashed.
SMALL_SIZE = 256 * 1024
_OK = 200
# Servers close a connection on which nothing comes for a while; one of theirs is not written to in that moment.
_IDLE_SECONDS = 10.0
_KEPT = 16
_CODE = re.compile(rb"<Code>([^<]*)</Code>")


@dataclass(frozen=True, kw_only=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class _Line:
    """An open connection, of the loop that opened it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    loop: asyncio.AbstractEventLoop
    used_at: float

    def is_usable(self) -> bool:
        is_fresh = time.monotonic() - self.used_at < _IDLE_SECONDS
        is_open = not self.writer.is_closing() and not self.reader.at_eof()
        return is_fresh and is_open and self.loop is asyncio.get_running_loop()


class SmallPuts:
    """Connections to one bucket; requests are signed by the SDK, with the hash of their bytes."""

    def __init__(
        self, endpoint: str, bucket: str, access_key: str, secret_key: str, *, secure: bool, region: str, timeout: float
    ) -> None:
        self._address = SplitResult("https" if secure else "http", endpoint, "", "", "")
        self._bucket = bucket
        self._credentials = Credentials(access_key, secret_key)
        self._region = region
        self._tls = ssl.create_default_context() if secure else None
        self._timeout = timeout
        self._lines: deque[_Line] = deque(maxlen=_KEPT)

    async def put(self, key: str, data: bytes, sha256: str) -> None:
        """
        Write an object in one request that is never sent twice; `sha256` is the hex hash of the bytes.

        Raises StorageFullError or UnavailableError; then the object may be there or not.
        """
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._answer(self._head(key, data, sha256) + data)
        except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise UnavailableError from error
        if answer.status != _OK or not answer.headers.get("etag"):
            found = _CODE.search(answer.body)
            raise failure_of(answer.status, found[1].decode("ascii", "replace") if found else "")

    def close(self) -> None:
        """Close what is open."""
        while self._lines:
            line = self._lines.pop()
            # Its loop may have ended before the store.
            with suppress(RuntimeError):
                line.writer.close()

    async def _answer(self, request: bytes) -> _Answer:
        line = await self._line()
        try:
            line.writer.write(request)
            await line.writer.drain()
            answer, is_kept = await _read(line.reader)
        except BaseException:
            line.writer.close()
            raise
        if is_kept and len(self._lines) < _KEPT:
            self._lines.append(_Line(line.reader, line.writer, line.loop, time.monotonic()))
        else:
            line.writer.close()
        return answer

    async def _line(self) -> _Line:
        while self._lines:
            line = self._lines.pop()
            if line.is_usable():
                return line
            with suppress(RuntimeError):
                line.writer.close()
        host, port = self._address.hostname, self._address.port or (443 if self._tls else 80)
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(host, port, ssl=self._tls)
        return _Line(reader, writer, asyncio.get_running_loop(), time.monotonic())

    def _head(self, key: str, data: bytes, sha256: str) -> bytes:
        moment = datetime.now(UTC)
        url = self._address._replace(path=f"/{self._bucket}/{key}")
        headers: dict[str, str | list[str] | tuple[str]] = {
            "Host": url.netloc,
            "Content-Type": BINARY,
            "Content-Length": str(len(data)),
            "x-amz-content-sha256": sha256,
            "x-amz-date": f"{moment:%Y%m%dT%H%M%SZ}",
        }
        signed = sign_v4_s3(
            method="PUT",
            url=url,
            region=self._region,
            headers=headers,
            credentials=self._credentials,
            content_sha256=sha256,
            date=moment,
        )
        lines = "".join(f"{name}: {value}\r\n" for name, value in signed.items())
        return f"PUT {url.path} HTTP/1.1\r\n{lines}\r\n".encode("ascii")


async def _read(reader: asyncio.StreamReader) -> tuple[_Answer, bool]:
    """Read one answer; say whether the connection may be used again."""
    status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    number, length = int(status.split(" ")[1]), headers.get("content-length")
    body = await (reader.read(65536) if length is None else reader.readexactly(int(length)))
    is_kept = length is not None and headers.get("connection", "").lower() != "close" and status.startswith("HTTP/1.1")
    return _Answer(status=number, headers=headers, body=body), is_kept
