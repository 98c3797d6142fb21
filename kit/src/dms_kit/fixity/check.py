"""The check of one object: every byte is read and compared with what was written."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable

from dms_kit.core.errors import UnavailableError
from dms_kit.core.fixity import Schaden
from dms_kit.ports.named_objects import NamedObject
from dms_kit.ports.object_store import ObjectNotFoundError, ObjectStore

_ATTEMPTS = 2

Pace = Callable[[int], Awaitable[None]]


async def at_once(_size: int) -> None:
    """Let the next bytes be read without waiting."""


async def check_object(store: ObjectStore, wanted: NamedObject, *, pace: Pace = at_once) -> Schaden | None:
    """
    Say what is wrong with an object, None when nothing is.

    `UnavailableError` when the store is away; an object that a store in order fails to read twice is `unlesbar`.
    `pace` is awaited for the number of bytes of each piece that was read.
    """
    for _ in range(_ATTEMPTS):
        try:
            return await _read(store, wanted, pace)
        except ObjectNotFoundError:
            return Schaden.FEHLT
        except UnavailableError:
            await store.ping()
    return Schaden.UNLESBAR


async def _read(store: ObjectStore, wanted: NamedObject, pace: Pace) -> Schaden | None:
    digest, size = hashlib.sha256(), 0
    async for chunk in store.read(wanted.key):
        size += len(chunk)
        # A megabyte takes a millisecond, in which others would wait.
        await asyncio.to_thread(digest.update, chunk)
        await pace(len(chunk))
    if size != wanted.size:
        return Schaden.GROESSE
    return None if digest.hexdigest() == wanted.sha256 else Schaden.PRUEFSUMME
