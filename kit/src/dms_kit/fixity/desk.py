"""What operations do with quarantined objects: look at them, and release them once they are restored."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_kit.core.fixity import ObjektDamagedError
from dms_kit.fixity.check import check_object
from dms_kit.fixity.quarantine import Quarantine, QuarantinedObject
from dms_kit.ports.named_objects import NamedObjects
from dms_kit.ports.object_store import ObjectStore


class UnitOfWork(Protocol):
    """One transaction of a service that owns objects."""

    @property
    def quarantine(self) -> Quarantine:
        """Return the quarantine of the Mandant."""
        ...

    def audit(
        self, action: str, object_type: str, object_id: UUID, values: Mapping[str, str | int | None] | None = None
    ) -> None:
        """Note an act for the audit trail."""
        ...

    async def commit(self, answer: object | None = None) -> None:
        """Commit everything together, or nothing."""
        ...


class Units(Protocol):
    """Opens the transactions of an actor's request."""

    def for_actor(self, actor: Actor) -> Callable[[], AbstractAsyncContextManager[UnitOfWork]]:
        """Return the opener."""
        ...


@dataclass(frozen=True, kw_only=True)
class FixityDesk:
    """The desk of one service; an object's key follows from the actor's Mandant, the service and the object's id."""

    service: str
    store: ObjectStore
    named: NamedObjects
    units: Units

    async def page(
        self, actor: Actor, *, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[QuarantinedObject]:
        """Return a page of what is quarantined, the newest finding first."""
        async with self.units.for_actor(actor)() as uow:
            return await uow.quarantine.page(after=after, limit=limit)

    async def get(self, actor: Actor, objekt_id: UUID) -> QuarantinedObject:
        """Return one; NotFoundError when it is not quarantined."""
        async with self.units.for_actor(actor)() as uow:
            return await _known(uow, self._key(actor, objekt_id))

    async def release(self, actor: Actor, objekt_id: UUID, *, check_version: Callable[[int], None]) -> None:
        """
        Release an object that was restored: it is read as a whole first, ObjektDamagedError when it is still damaged.

        An object that no row names any more is released unread: nothing can serve it.
        """
        key = self._key(actor, objekt_id)
        async with self.units.for_actor(actor)() as uow:
            check_version((await _known(uow, key)).version)
        for wanted in await self.named.find([key]):
            schaden = await check_object(self.store, wanted)
            if schaden is not None:
                raise ObjektDamagedError(f"Die Prüfung ergab wieder: {schaden}.")
        async with self.units.for_actor(actor)() as uow:
            found = await _known(uow, key)
            check_version(found.version)
            await uow.quarantine.remove(key)
            uow.audit("objekt.released", "objekt", objekt_id, {"schaden": found.schaden})
            await uow.commit()

    def _key(self, actor: Actor, objekt_id: UUID) -> str:
        return f"{actor.mandant}/{self.service}/{objekt_id}"


async def _known(uow: UnitOfWork, key: str) -> QuarantinedObject:
    found = await uow.quarantine.get(key)
    if found is None:
        raise NotFoundError
    return found
