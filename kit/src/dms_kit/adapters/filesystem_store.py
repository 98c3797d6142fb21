"""
The object store on a local file system: one plain file an object.

`<root>/<mandant>/<service>/<last two digits>/<uuid>`; while it is written the file is called `<uuid>.part`. A crash may
leave such a part: `list` shows it and `delete` removes it like an object, so that the reaper clears it away.
"""

import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from dms_kit.adapters.object_hashes import ObjectHashes, measured_put, pieces_of
from dms_kit.core.errors import DmsError, StorageFullError, UnavailableError
from dms_kit.core.ids import new_id
from dms_kit.core.object_keys import checked_word, fresh_key, parts_of
from dms_kit.ports.object_store import BLOCK_SIZE, ObjectInfo, ObjectNotFoundError, StoredObject
from dms_kit.telemetry import STORE_PUT_BYTES

_PART = ".part"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_THREADS = 8

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class FilesystemStore:
    """Implements `ports.object_store.ObjectStore`; all file access happens in threads of its own."""

    def __init__(self, root: Path) -> None:
        self._folders = _Folders(root)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="object-store")

    async def put(
        self, mandant: str, service: str, chunks: AsyncIterator[bytes], *, limit: int | None = None
    ) -> StoredObject:
        """Write a stream; up to 1 MiB it takes a single visit to a thread, beyond that one for each MiB."""
        upload = _Upload(self._folders, fresh_key(mandant, service))
        try:
            with measured_put():
                waiting = b""
                async for block in pieces_of(chunks, limit):
                    if waiting:
                        await self._in_thread(upload.write, waiting)
                    waiting = block
                stored = await self._in_thread(upload.finish, waiting)
        except BaseException:
            await asyncio.shield(self._in_thread(upload.discard))
            raise
        STORE_PUT_BYTES.inc(stored.size)
        return stored

    async def copy(self, key: str, mandant: str, service: str) -> str:
        """Give the same bytes a second name by a hard link."""
        fresh = fresh_key(mandant, service)
        await self._in_thread(self._folders.link, key, fresh)
        return fresh

    async def read(self, key: str, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Stream the bytes; a missing object is reported at the first chunk."""
        if start < 0 or (length is not None and length < 0):
            raise ValueError("start and length count from zero")
        reader = _Reader(self._folders, key)
        try:
            position, end = start, None if length is None else start + length
            while end is None or position < end:
                wanted = BLOCK_SIZE if end is None else min(BLOCK_SIZE, end - position)
                chunk = await self._in_thread(reader.read, wanted, position)
                if not chunk:
                    return
                position += len(chunk)
                yield chunk
        finally:
            self._release(reader)

    async def stat(self, key: str) -> ObjectInfo:
        """Return size and time."""
        return await self._in_thread(self._folders.stat, key)

    async def list(self, mandant: str | None, service: str) -> AsyncIterator[ObjectInfo]:
        """List folder by folder; parts that a crash left behind are in it."""
        for folder in await self._in_thread(self._folders.folders_of, mandant, service):
            for info in await self._in_thread(self._folders.entries, folder):
                yield info

    async def delete(self, key: str) -> None:
        """Remove an object or its leftover part."""
        await self._in_thread(self._folders.remove, key)

    async def ping(self) -> None:
        """Write and remove a byte."""
        try:
            await self._in_thread(self._folders.probe)
        except StorageFullError as error:
            raise UnavailableError from error

    async def close(self) -> None:
        """End the threads after their running work."""
        self._threads.shutdown()

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
            with _translated_errors():
                return work(*args, **kwargs)

        return asyncio.get_running_loop().run_in_executor(self._threads, translated)


class _Folders:
    """Names, folders and the calls of the file system; runs in threads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._durable: set[Path] = set()

    def path_of(self, key: str) -> Path:
        parts = parts_of(key)
        if parts is None:
            raise ObjectNotFoundError(key)
        mandant, service, name = parts
        return self.root / mandant / service / name[-2:] / name

    def stat(self, key: str) -> ObjectInfo:
        with _missing_as_not_found(key):
            found = self.path_of(key).stat()
        return ObjectInfo(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def link(self, key: str, fresh: str) -> None:
        target = self.path_of(fresh)
        self.make_durable(target.parent)
        with _missing_as_not_found(key):
            os.link(self.path_of(key), target)
            # Both names share one time. A copy of an old object must look young to the reaper until a row names it.
            os.utime(target)
        sync_folder(target.parent)

    def remove(self, key: str) -> None:
        with suppress(ObjectNotFoundError):
            path = self.path_of(key)
            path.unlink(missing_ok=True)
            path.with_name(path.name + _PART).unlink(missing_ok=True)

    def folders_of(self, mandant: str | None, service: str) -> list[Path]:
        pattern = f"{checked_word(mandant) if mandant is not None else '*'}/{checked_word(service)}/[0-9a-f][0-9a-f]"
        return sorted(self.root.glob(pattern))

    def entries(self, folder: Path) -> list[ObjectInfo]:
        prefix = "/".join(folder.parts[-3:-1])
        found = []
        with os.scandir(folder) as entries:
            for entry in entries:
                key = f"{prefix}/{entry.name.removesuffix(_PART)}"
                if parts_of(key) is None:
                    continue
                # A part may become an object, or vanish, while the folder is read.
                with suppress(FileNotFoundError):
                    state = entry.stat()
                    modified = datetime.fromtimestamp(state.st_mtime, UTC)
                    found.append(ObjectInfo(key, state.st_size, modified))
        return found

    def probe(self) -> None:
        self.make_durable(self.root)
        path = self.root / f".probe-{new_id()}"
        try:
            path.write_bytes(b".")
        finally:
            path.unlink(missing_ok=True)

    def make_durable(self, folder: Path) -> None:
        """Make a folder and those above it, each name fsynced; what was there before is fsynced once a process."""
        if folder in self._durable:
            return
        self.root.mkdir(parents=True, exist_ok=True)
        steps = folder.relative_to(self.root).parts
        for depth in range(len(steps) + 1):
            current = self.root.joinpath(*steps[:depth])
            if current not in self._durable:
                current.mkdir(exist_ok=True)
                sync_folder(current.parent)
                self._durable.add(current)


class _Upload:
    """One object in the making; its methods run in threads, never two at a time."""

    def __init__(self, folders: _Folders, key: str) -> None:
        self._folders = folders
        self._key = key
        self._path = folders.path_of(key)
        self._part = self._path.with_name(self._path.name + _PART)
        self._descriptor: int | None = None
        self._discarded = False
        self._lock = threading.Lock()
        self._hashes = ObjectHashes()

    def write(self, block: bytes) -> None:
        """Write and hash one block of 1 MiB (the last one may be shorter)."""
        with self._lock:
            self._write(block)

    def finish(self, block: bytes) -> StoredObject:
        """Write the last block and make data and name durable."""
        with self._lock:
            descriptor = self._write(block)
            os.fchmod(descriptor, 0o440)
            os.fsync(descriptor)
            self._close()
            self._part.rename(self._path)
            sync_folder(self._path.parent)
        return self._hashes.stored(self._key)

    def discard(self) -> None:
        """Leave nothing behind; a write that was under way has ended before."""
        with self._lock:
            self._discarded = True
            self._close()
            self._part.unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)

    def _write(self, block: bytes) -> int:
        if self._discarded:
            raise UnavailableError
        if self._descriptor is None:
            self._folders.make_durable(self._path.parent)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._descriptor = os.open(self._part, flags, 0o640)
        if block:
            _write_all(self._descriptor, block)
            self._hashes.update(block)
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)


class _Reader:
    """An object being read; opened by the first read, and never closed under a read that is still under way."""

    def __init__(self, folders: _Folders, key: str) -> None:
        self._folders = folders
        self._key = key
        self._descriptor: int | None = None
        self._closed = False
        self._lock = threading.Lock()

    def read(self, length: int, position: int) -> bytes:
        with self._lock:
            if self._closed:
                return b""
            if self._descriptor is None:
                with _missing_as_not_found(self._key):
                    self._descriptor = os.open(self._folders.path_of(self._key), os.O_RDONLY | os.O_CLOEXEC)
            return os.pread(self._descriptor, length, position)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


@contextmanager
def _missing_as_not_found(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectNotFoundError(key) from error


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        failure: type[DmsError] = StorageFullError if error.errno in _FULL else UnavailableError
        raise failure from error
