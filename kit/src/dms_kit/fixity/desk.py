"""What operations do: look at quarantined objects, release them once they are restored, have objects read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import NotFoundError
from dms_kit.core.fixity import ObjektDamagedError, QuarantineFilter, RunFilter
from dms_kit.fixity.acts import UnitOfWork, Units
from dms_kit.fixity.check import check_object
from dms_kit.fixity.quarantine import QuarantinedObject
from dms_kit.fixity.runs import Prueflauf, Prueflaufart
from dms_kit.ports.named_objects import NamedObjects
from dms_kit.ports.object_store import ObjectStore


@dataclass(frozen=True, kw_only=True)
class FixityDesk:
    """
    The desk of one service; `sample` is the share of the objects that a sample reads.

    An object's key follows from the actor's Mandant, the service and the object's id.
    """

    service: str
    store: ObjectStore
    named: NamedObjects
    units: Units
    clock: Clock
    sample: float

    async def page(
        self, actor: Actor, filters: QuarantineFilter, *, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[QuarantinedObject]:
        """Return a page of what is quarantined."""
        async with self.units.for_actor(actor)() as uow:
            return await uow.quarantine.page(filters, after=after, limit=limit)

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

    async def page_of_runs(
        self, actor: Actor, filters: RunFilter, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[Prueflauf]:
        """Return a page of the runs."""
        async with self.units.for_actor(actor)() as uow:
            return await uow.runs.page(filters, after=after, limit=limit)

    async def get_run(self, actor: Actor, lauf_id: UUID) -> Prueflauf:
        """Return a run; NotFoundError when there is none."""
        async with self.units.for_actor(actor)() as uow:
            lauf = await uow.runs.get(lauf_id)
        if lauf is None:
            raise NotFoundError
        return lauf

    async def order_run(self, actor: Actor, art: str) -> Prueflauf:
        """Begin a run, which the next process that looks does; one of its kind that goes on is the answer."""
        kind, erwartet = Prueflaufart(art), await self.named.count(actor.mandant)
        anteil = self.sample if kind is Prueflaufart.STICHPROBE else 1.0
        async with self.units.for_actor(actor)() as uow:
            lauf = await uow.runs.start(kind, anteil=anteil, erwartet=erwartet, moment=self.clock.now())
            if lauf is not None:
                uow.audit("prueflauf.ordered", "prueflauf", lauf.id, {"art": art})
                await uow.commit()
                return lauf
            going_on = await uow.runs.open(kind)
        # It may have ended in between: then the next one is begun.
        return going_on or await self.order_run(actor, art)

    def _key(self, actor: Actor, objekt_id: UUID) -> str:
        return f"{actor.mandant}/{self.service}/{objekt_id}"


async def _known(uow: UnitOfWork, key: str) -> QuarantinedObject:
    found = await uow.quarantine.get(key)
    if found is None:
        raise NotFoundError
    return found
