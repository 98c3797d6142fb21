"""
The object store on an S3 server, spoken to with the minio SDK.

A crash may leave an upload that was neither completed nor aborted: `list` shows it and `delete` aborts it like an
object, so that the reaper clears it away. Where the bucket keeps versions, `delete` removes them, never hides them.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Literal, ParamSpec, TypeVar

from minio.commonconfig import CopySource
from minio.datatypes import Part
from minio.error import S3Error
from urllib3 import BaseHTTPResponse

from dms_kit.adapters.object_hashes import ObjectHashes, measured_put, pieces_of
from dms_kit.adapters.s3_client import S3Client, translated_errors
from dms_kit.adapters.s3_put import SMALL_SIZE, SmallPuts
from dms_kit.core.errors import DmsError, StorageFullError, UnavailableError
from dms_kit.core.object_keys import checked_word, fresh_key, parts_of
from dms_kit.ports.object_store import BLOCK_SIZE, ObjectInfo, ObjectNotFoundError, StoredObject
from dms_kit.telemetry import STORE_PUT_BYTES

PART_SIZE = 8 * BLOCK_SIZE
PROBES = "_probe"
_PAGE = 1000
_THREADS = 16
_PING_SECONDS = 5.0

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class S3Bucket:
    """
    Where the objects are and as whom they are reached; `endpoint` is host and port.

    `copies` is `client` for a server that does not sync what it copies itself (ADR 0005).
    """

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    secure: bool = True
    region: str = "us-east-1"
    copies: Literal["server", "client"] = "server"


class S3Store:
    """Implements `ports.object_store.ObjectStore`; requests are made in threads of its own, but for small objects."""

    def __init__(self, bucket: S3Bucket, service: str, *, timeout: float = 60.0) -> None:
        where = (bucket.endpoint, bucket.bucket, bucket.access_key, bucket.secret_key)
        self._client = S3Client(*where, secure=bucket.secure, region=bucket.region, timeout=timeout)
        self._small_puts = SmallPuts(*where, secure=bucket.secure, region=bucket.region, timeout=timeout)
        self._copies = bucket.copies
        self._probe = f"{PROBES}/{checked_word(service)}/ping"
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="s3-store")

    async def put(
        self, mandant: str, service: str, chunks: AsyncIterator[bytes], *, limit: int | None = None
    ) -> StoredObject:
        """Write a stream: up to 8 MiB in one request (up to 256 KiB without a thread), beyond that part by part."""
        upload = _Upload(self._client, fresh_key(mandant, service))
        try:
            with measured_put():
                waiting = b""
                async for part in pieces_of(chunks, limit, PART_SIZE):
                    if waiting:
                        await self._in_thread(upload.send, waiting)
                    waiting = part
                if upload.is_whole_and_small(waiting):
                    stored = await self._put_small(upload, waiting)
                else:
                    stored = await self._in_thread(upload.finish, waiting)
        except BaseException:
            await asyncio.shield(self._in_thread(upload.discard))
            raise
        STORE_PUT_BYTES.inc(stored.size)
        return stored

    async def copy(self, key: str, mandant: str, service: str) -> str:
        """Have the server copy the bytes; where its copies are not durable, read and write them anew."""
        if self._copies == "client":
            return (await self.put(mandant, service, self.read(key))).key
        fresh = fresh_key(mandant, service)
        await self._in_thread(_copy, self._client, _checked(key), fresh)
        return fresh

    async def read(self, key: str, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Stream the bytes; a missing object is reported at the first chunk."""
        if start < 0 or (length is not None and length < 0):
            raise ValueError("start and length count from zero")
        reader = _Reader(self._client, _checked(key), start, length)
        try:
            while chunk := await self._in_thread(reader.read):
                yield chunk
        finally:
            self._release(reader)

    async def stat(self, key: str) -> ObjectInfo:
        """Return size and time."""
        return await self._in_thread(_stat, self._client, _checked(key))

    async def list(self, mandant: str | None, service: str) -> AsyncIterator[ObjectInfo]:
        """List page by page; uploads that a crash left behind are in it."""
        owner = None if mandant is None else checked_word(mandant)
        entries = _entries(self._client, owner, checked_word(service))
        while page := await self._in_thread(_next_page, entries):
            for info in page:
                yield info

    async def delete(self, key: str) -> None:
        """Remove every version of an object, or abort its leftover upload."""
        if parts_of(key) is not None:
            await self._in_thread(_remove, self._client, key)

    async def ping(self) -> None:
        """Write and remove an object of some bytes outside of every Mandant."""
        try:
            async with asyncio.timeout(_PING_SECONDS):
                await self._in_thread(_probe, self._client, self._probe)
        except (StorageFullError, TimeoutError) as error:
            raise UnavailableError from error

    async def close(self) -> None:
        """End the threads after their running work, then the connections."""
        self._threads.shutdown()
        await self._small_puts.close()
        self._client.connections.clear()

    async def _put_small(self, upload: "_Upload", whole: bytes) -> StoredObject:
        stored = upload.announce(whole)
        sending = asyncio.ensure_future(self._small_puts.put(stored.key, whole, stored.sha256))
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            # What is still on its way cannot be removed.
            await asyncio.gather(sending, return_exceptions=True)
            raise
        return stored

    def _release(self, reader: "_Reader") -> None:
        try:
            self._threads.submit(reader.close)
        except RuntimeError:
            # The store was closed while a caller was still reading.
            reader.close()

    def _in_thread(
        self, work: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> asyncio.Future[Result]:
        def translated() -> Result:
            with translated_errors():
                return work(*args, **kwargs)

        return asyncio.get_running_loop().run_in_executor(self._threads, translated)


class _Upload:
    """One object in the making; what sends its bytes runs in threads, never two at a time."""

    def __init__(self, client: S3Client, key: str) -> None:
        self._client = client
        self._key = key
        self._hashes = ObjectHashes()
        self._parts: list[Part] = []
        self._upload: str | None = None
        self._may_be_visible = False
        self._discarded = False
        self._lock = threading.Lock()

    def send(self, part: bytes) -> None:
        """Hash and send one part."""
        with self._lock:
            self._send(part)

    def finish(self, rest: bytes) -> StoredObject:
        """Send the rest and make the object visible, with all of its bytes or not at all."""
        with self._lock:
            if self._upload is None:
                self._refuse_if_discarded()
                self._hashes.update(rest)
                self._may_be_visible = True
                self._client.write(self._key, rest)
            else:
                self._send(rest)
                self._may_be_visible = True
                self._client.complete_upload(self._key, self._upload, self._parts)
        return self._hashes.stored(self._key)

    def is_whole_and_small(self, rest: bytes) -> bool:
        """Say whether the rest is all of it, and can go without a thread."""
        return self._upload is None and len(rest) <= SMALL_SIZE

    def announce(self, whole: bytes) -> StoredObject:
        """Hash the bytes, which somebody else sends now: from here on the object may be visible."""
        self._hashes.update(whole)
        self._may_be_visible = True
        return self._hashes.stored(self._key)

    def discard(self) -> None:
        """Leave nothing behind; what cannot be removed now is the reaper's."""
        with self._lock, suppress(DmsError, ObjectNotFoundError), translated_errors():
            self._discarded = True
            if self._may_be_visible:
                _remove(self._client, self._key)
            elif self._upload is not None:
                self._client.abort_upload(self._key, self._upload)

    def _send(self, part: bytes) -> None:
        self._refuse_if_discarded()
        if self._upload is None:
            self._upload = self._client.begin_upload(self._key)
        self._hashes.update(part)
        number = len(self._parts) + 1
        self._parts.append(self._client.send_part(self._key, self._upload, number, part))

    def _refuse_if_discarded(self) -> None:
        if self._discarded:
            raise UnavailableError


class _Reader:
    """An object being read; opened by the first read, and never closed under a read that is still under way."""

    def __init__(self, client: S3Client, key: str, start: int, length: int | None) -> None:
        self._client = client
        self._key = key
        self._start = start
        self._length = length
        self._left = 0
        self._response: BaseHTTPResponse | None = None
        self._closed = False
        self._lock = threading.Lock()

    def read(self) -> bytes:
        """Return up to 1 MiB, nothing at the end."""
        with self._lock:
            if self._closed:
                return b""
            if self._response is None:
                self._response = self._open()
            if self._response is None or not self._left:
                return b""
            chunk = self._response.read(min(BLOCK_SIZE, self._left))
            if not chunk:
                raise UnavailableError
            self._left -= len(chunk)
            return chunk

    def close(self) -> None:
        """Give the connection back; one with unread bytes is closed."""
        with self._lock:
            self._closed = True
            if self._response is not None:
                if self._left:
                    self._response.close()
                self._response.release_conn()
                self._response = None

    def _open(self) -> BaseHTTPResponse | None:
        if self._length == 0:
            _stat(self._client, self._key)
            return None
        try:
            response = self._client.get_object(self._client.bucket, self._key, self._start, self._length or 0)
        except S3Error as error:
            if error.code == "InvalidRange":
                return None
            raise
        self._left = int(response.headers["content-length"])
        return response


def _checked(key: str) -> str:
    if parts_of(key) is None:
        raise ObjectNotFoundError(key)
    return key


def _stat(client: S3Client, key: str) -> ObjectInfo:
    found = client.stat_object(client.bucket, key)
    return _info(key, found.size, found.last_modified)


def _info(key: str, size: int | None, modified: datetime | None) -> ObjectInfo:
    return ObjectInfo(key, size or 0, (modified or datetime.now(UTC)).astimezone(UTC))


def _copy(client: S3Client, key: str, fresh: str) -> None:
    client.copy_object(client.bucket, fresh, CopySource(client.bucket, key))


def _remove(client: S3Client, key: str) -> None:
    is_gone = True
    for version in client.list_objects(client.bucket, prefix=key, recursive=True, include_version=True):
        if version.object_name == key:
            client.remove_object(client.bucket, key, version.version_id)
            is_gone = False
    if is_gone:
        for upload in client.uploads(key):
            if upload.object_name == key and upload.upload_id:
                client.abort_upload(key, upload.upload_id)


def _probe(client: S3Client, key: str) -> None:
    version = client.write(key, b".")
    client.remove_object(client.bucket, key, version)


def _entries(client: S3Client, mandant: str | None, service: str) -> Iterator[ObjectInfo]:
    for folder in _folders(client) if mandant is None else [f"{mandant}/"]:
        prefix = f"{folder}{service}/"
        for found in client.list_objects(client.bucket, prefix=prefix, recursive=True):
            if parts_of(found.object_name or "") is not None:
                yield _info(found.object_name or "", found.size, found.last_modified)
        for upload in client.uploads(prefix):
            if parts_of(upload.object_name) is not None:
                yield _info(upload.object_name, 0, upload.initiated_time)


def _folders(client: S3Client) -> Iterator[str]:
    for found in client.list_objects(client.bucket):
        if found.is_dir and found.object_name:
            yield found.object_name


def _next_page(entries: Iterator[ObjectInfo]) -> list[ObjectInfo]:
    return list(islice(entries, _PAGE))
