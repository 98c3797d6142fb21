"""A writer that only hashes, for repeated requests."""

import hashlib
from collections.abc import AsyncIterator

from dms_kit.ports.object_store import BLOCK_SIZE, StoredObject


class DiscardingWriter:
    """Takes a stream like the object store and keeps nothing; the key is empty."""

    async def put(
        self, mandant: str, service: str, chunks: AsyncIterator[bytes], *, limit: int | None = None
    ) -> StoredObject:
        """Hash the stream; it has no blocks, because nothing will be read back."""
        del mandant, service, limit
        size, sha256, sha512 = 0, hashlib.sha256(), hashlib.sha512()
        async for chunk in chunks:
            for start in range(0, len(chunk), BLOCK_SIZE):
                sha256.update(chunk[start : start + BLOCK_SIZE])
                sha512.update(chunk[start : start + BLOCK_SIZE])
            size += len(chunk)
        return StoredObject(key="", size=size, sha256=sha256.hexdigest(), sha512=sha512.hexdigest(), blocks=b"")
