"""The check of one object: every byte is read and compared with what was written."""

import asyncio
import hashlib

from dms_kit.core.errors import UnavailableError
from dms_kit.core.fixity import Schaden
from dms_kit.ports.named_objects import NamedObject
from dms_kit.ports.object_store import ObjectNotFoundError, ObjectStore

_ATTEMPTS = 2


async def check_object(store: ObjectStore, wanted: NamedObject) -> Schaden | None:
    """
    Say what is wrong with an object, None when nothing is.

    `UnavailableError` when the store is away; an object that a store in order fails to read twice is `unlesbar`.
    """
    for _ in range(_ATTEMPTS):
        try:
            return await _read(store, wanted)
        except ObjectNotFoundError:
            return Schaden.FEHLT
        except UnavailableError:
            await store.ping()
    return Schaden.UNLESBAR


async def _read(store: ObjectStore, wanted: NamedObject) -> Schaden | None:
    digest, size = hashlib.sha256(), 0
    async for chunk in store.read(wanted.key):
        size += len(chunk)
        # A megabyte takes a millisecond, in which others would wait.
        await asyncio.to_thread(digest.update, chunk)
    if size != wanted.size:
        return Schaden.GROESSE
    return None if digest.hexdigest() == wanted.sha256 else Schaden.PRUEFSUMME
