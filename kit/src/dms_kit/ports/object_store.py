"""The object store: write-once files under keys that the store picks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

BLOCK_SIZE = 1024 * 1024


class ObjectNotFoundError(Exception):
    """Raised by every method that takes a key when no object has it."""


class ObjectTooLargeError(Exception):
    """Raised by `put` when the stream passes the limit; nothing becomes visible."""


@dataclass(frozen=True)
class StoredObject:
    """
    What `put` says of a written object: key, size in bytes, hex hashes.

    `blocks` are the concatenated 32-byte SHA-256 digests of each 1 MiB block (the last one shorter); empty for 0 bytes.
    """

    key: str
    size: int
    sha256: str
    sha512: str
    blocks: bytes


@dataclass(frozen=True)
class ObjectInfo:
    """One entry of a listing; `modified` is aware, UTC."""

    key: str
    size: int
    modified: datetime


class ObjectWriter(Protocol):
    """The writing side of the object store; a discarding one only hashes and returns an empty key."""

    async def put(
        self, mandant: str, service: str, chunks: AsyncIterator[bytes], *, limit: int | None = None
    ) -> StoredObject:
        """Write a stream under a fresh key; durable on return, nothing visible when the stream breaks."""
        ...


class ObjectStore(Protocol):
    """
    Stores immutable objects under `<mandant>/<service>/<uuid7>`; the store picks the key.

    Dependency failures raise `UnavailableError`, a full volume `StorageFullError` (both `dms_kit.core.errors`).
    """

    async def put(
        self, mandant: str, service: str, chunks: AsyncIterator[bytes], *, limit: int | None = None
    ) -> StoredObject:
        """
        Write a stream in constant memory; on return data and name are fsynced.

        `limit` is in bytes, inclusive; beyond it ObjectTooLargeError. A broken stream leaves nothing visible.
        """
        ...

    async def copy(self, key: str, mandant: str, service: str) -> str:
        """Copy on the server's side (hard link, server-side copy) under a fresh key; durable on return."""
        ...

    def read(self, key: str, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Stream `length` bytes from `start` (to the end without one); chunks of at most 1 MiB."""
        ...

    async def stat(self, key: str) -> ObjectInfo:
        """Return size and time of one object."""
        ...

    def list(self, mandant: str | None, service: str) -> AsyncIterator[ObjectInfo]:
        """List the objects of one service, of one Mandant or of all."""
        ...

    async def delete(self, key: str) -> None:
        """Delete an object; used by reapers only. A missing one is no error."""
        ...

    async def ping(self) -> None:
        """Raise `UnavailableError` when the store cannot be written."""
        ...
