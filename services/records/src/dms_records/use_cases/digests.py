"""Hashes of an object, read once in constant memory."""

import hashlib

from dms_kit.ports.object_store import BLOCK_SIZE, ObjectStore


async def digest_of(store: ObjectStore, key: str) -> tuple[str, bytes, int]:
    """Return the hex SHA-256 of the whole, the concatenated digests of each 1 MiB block, and the size in bytes."""
    whole, blocks, groesse = hashlib.sha256(), bytearray(), 0
    block, filled = hashlib.sha256(), 0
    async for chunk in store.read(key):
        whole.update(chunk)
        groesse += len(chunk)
        view = memoryview(chunk)
        while view:
            part = view[: BLOCK_SIZE - filled]
            block.update(part)
            filled += len(part)
            view = view[len(part) :]
            if filled == BLOCK_SIZE:
                blocks += block.digest()
                block, filled = hashlib.sha256(), 0
    if filled:
        blocks += block.digest()
    return whole.hexdigest(), bytes(blocks), groesse
