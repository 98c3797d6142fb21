"""What every object store does with a stream: cut it, hash it, count it."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from dms_kit.core.errors import StorageFullError, UnavailableError
from dms_kit.ports.object_store import BLOCK_SIZE, ObjectTooLargeError, StoredObject
from dms_kit.telemetry import STORE_PUT_SECONDS, STORE_PUTS


class ObjectHashes:
    """The hashes of one object in the making; `update` takes pieces of whole blocks, only the last may be shorter."""

    def __init__(self) -> None:
        self._size = 0
        self._sha256 = hashlib.sha256()
        self._sha512 = hashlib.sha512()
        self._blocks = bytearray()

    def update(self, piece: bytes) -> None:
        """Add the next bytes."""
        self._size += len(piece)
        self._sha512.update(piece)
        self._sha256.update(piece)
        view = memoryview(piece)
        for start in range(0, len(piece), BLOCK_SIZE):
            self._blocks += hashlib.sha256(view[start : start + BLOCK_SIZE]).digest()

    def stored(self, key: str) -> StoredObject:
        """Return what `put` says of the object."""
        return StoredObject(key, self._size, self._sha256.hexdigest(), self._sha512.hexdigest(), bytes(self._blocks))


async def pieces_of(chunks: AsyncIterator[bytes], limit: int | None, size: int = BLOCK_SIZE) -> AsyncIterator[bytes]:
    """Cut a stream into pieces of `size` bytes, the last one shorter; beyond `limit` bytes ObjectTooLargeError."""
    buffer, received = bytearray(), 0
    async for chunk in chunks:
        received += len(chunk)
        if limit is not None and received > limit:
            raise ObjectTooLargeError
        buffer += chunk
        while len(buffer) >= size:
            yield bytes(memoryview(buffer)[:size])
            del buffer[:size]
    if buffer:
        yield bytes(buffer)


@contextmanager
def measured_put() -> Iterator[None]:
    """Count one `put` by its outcome and time it."""
    outcome = "broken"
    try:
        with STORE_PUT_SECONDS.time():
            yield
        outcome = "stored"
    except ObjectTooLargeError:
        outcome = "too_large"
        raise
    except (StorageFullError, UnavailableError):
        outcome = "failed"
        raise
    finally:
        STORE_PUTS.labels(outcome).inc()
