"""Bytes of an object, each block verified by its digest before a byte of it leaves."""

import hashlib
from collections.abc import AsyncIterator

from dms_kit.core.fixity import Schaden
from dms_kit.ports.object_store import BLOCK_SIZE, ObjectNotFoundError, ObjectStore
from dms_records.domain.errors import DokumentDamagedError
from dms_records.use_cases.queries import InhaltRow

_DIGEST_BYTES = 32


async def verified_chunks(store: ObjectStore, row: InhaltRow, *, start: int, length: int) -> AsyncIterator[bytes]:
    """
    Yield `length` bytes from `start`, at most 1 MiB at a time.

    A block that is not the one written raises DokumentDamagedError: what is wrong is never served.
    """
    if length == 0:
        return
    end = start + length
    offset = start - start % BLOCK_SIZE
    last = min(row.groesse, end + -end % BLOCK_SIZE)
    async for block in _blocks(store, row.objekt_key, start=offset, length=last - offset):
        position = offset // BLOCK_SIZE * _DIGEST_BYTES
        if hashlib.sha256(block).digest() != row.blocks[position : position + _DIGEST_BYTES]:
            is_short = len(block) < min(BLOCK_SIZE, last - offset)
            raise DokumentDamagedError(Schaden.GROESSE if is_short else Schaden.PRUEFSUMME)
        yield block[max(0, start - offset) : end - offset]
        offset += len(block)
    if offset < end:
        raise DokumentDamagedError(Schaden.GROESSE)


async def _blocks(store: ObjectStore, key: str, *, start: int, length: int) -> AsyncIterator[bytes]:
    buffer = bytearray()
    try:
        async for chunk in store.read(key, start=start, length=length):
            buffer += chunk
            while len(buffer) >= BLOCK_SIZE:
                yield bytes(buffer[:BLOCK_SIZE])
                del buffer[:BLOCK_SIZE]
    except ObjectNotFoundError as error:
        raise DokumentDamagedError(Schaden.FEHLT) from error
    if buffer:
        yield bytes(buffer)
