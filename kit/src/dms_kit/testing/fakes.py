"""Ports in memory; they pass the same suites as the adapters."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from dms_kit.core.actor import Actor
from dms_kit.core.errors import UnauthenticatedError
from dms_kit.core.object_keys import fresh_key
from dms_kit.ports.object_store import (
    BLOCK_SIZE,
    ObjectInfo,
    ObjectNotFoundError,
    ObjectTooLargeError,
    StoredObject,
)


class MemoryStore:
    """Implements `ports.object_store.ObjectStore`; `failure` is raised by every method while it is set."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.failure: Exception | None = None
        self._modified: dict[str, datetime] = {}

    async def put(
        self, mandant: str, service: str, chunks: AsyncIterator[bytes], *, limit: int | None = None
    ) -> StoredObject:
        """Collect the stream."""
        self._fail()
        key = fresh_key(mandant, service)
        data = bytearray()
        async for chunk in chunks:
            data += chunk
            if limit is not None and len(data) > limit:
                raise ObjectTooLargeError
        self._add(key, bytes(data))
        blocks = [data[start : start + BLOCK_SIZE] for start in range(0, len(data), BLOCK_SIZE)]
        return StoredObject(
            key=key,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            sha512=hashlib.sha512(data).hexdigest(),
            blocks=b"".join(hashlib.sha256(block).digest() for block in blocks),
        )

    async def copy(self, key: str, mandant: str, service: str) -> str:
        """Store the same bytes under a fresh key."""
        fresh = fresh_key(mandant, service)
        self._add(fresh, self._get(key))
        return fresh

    async def read(self, key: str, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Stream a part of the bytes."""
        if start < 0 or (length is not None and length < 0):
            raise ValueError("start and length count from zero")
        data = self._get(key)
        part = data[start:] if length is None else data[start : start + length]
        for position in range(0, len(part), BLOCK_SIZE):
            yield part[position : position + BLOCK_SIZE]

    async def stat(self, key: str) -> ObjectInfo:
        """Return size and time."""
        return ObjectInfo(key, len(self._get(key)), self._modified[key])

    async def list(self, mandant: str | None, service: str) -> AsyncIterator[ObjectInfo]:
        """List in the order of writing."""
        self._fail()
        for key in tuple(self.objects):
            owner, writer, _name = key.split("/")
            if writer == service and mandant in {None, owner}:
                yield await self.stat(key)

    async def delete(self, key: str) -> None:
        """Forget an object."""
        self._fail()
        self.objects.pop(key, None)

    async def ping(self) -> None:
        """Raise the failure that is set."""
        self._fail()

    def _add(self, key: str, data: bytes) -> None:
        self.objects[key] = data
        self._modified[key] = datetime.now(UTC)

    def _get(self, key: str) -> bytes:
        self._fail()
        if key not in self.objects:
            raise ObjectNotFoundError(key)
        return self.objects[key]

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


class StaticVerifier:
    """Implements `ports.token_verifier.TokenVerifier` over a table of tokens; for tests of what lies behind it."""

    def __init__(self, actors: Mapping[str, Actor]) -> None:
        self._actors = dict(actors)

    async def verify(self, token: str) -> Actor:
        """Return the actor of a known token."""
        if token not in self._actors:
            raise UnauthenticatedError
        return self._actors[token]

    async def ping(self) -> None:
        """Succeed."""
