"""The scrubber: reads objects again and again, so that damage is found before somebody asks for the file."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import structlog

from dms_kit.core.clock import Clock
from dms_kit.core.fixity import Schaden, id_of_key
from dms_kit.database import is_passing
from dms_kit.fixity.acts import UnitOfWork, Units
from dms_kit.fixity.check import check_object
from dms_kit.fixity.runs import Prueflauf, Prueflaufart, Prueflaufstatus
from dms_kit.fixity.throttle import Throttle
from dms_kit.ports.named_objects import NamedObject, NamedObjects
from dms_kit.ports.object_store import ObjectStore
from dms_kit.telemetry import SCRUB_BYTES, SCRUB_OBJECTS

FOUND_BY = "prueflauf"
_PAGE = 200
_STEP_BYTES = 64 * 1024 * 1024
# Longer than any step: the largest object at the slowest sensible rate.
_LEASE = timedelta(minutes=15)
_IDLE_SECONDS = 5.0
_LONGEST_PAUSE = 60.0

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class ScrubPlan:
    """
    How often runs begin (0: only when asked for), how much of the objects a sample reads, and how fast.

    `every` is the time from the beginning of a run to that of the next, `sample` a share; 0 `bytes_per_second` are no
    limit.
    """

    every: Mapping[Prueflaufart, timedelta]
    sample: float
    bytes_per_second: float

    def share(self, art: Prueflaufart) -> float:
        """Return the share of the objects that a run reads."""
        return self.sample if art is Prueflaufart.STICHPROBE else 1.0


class ScrubSettings(Protocol):
    """The settings that a plan is made of; see `dms_kit.settings.ScrubSettings`."""

    @property
    def scrub_full_hours(self) -> float: ...

    @property
    def scrub_sample_hours(self) -> float: ...

    @property
    def scrub_sample_percent(self) -> float: ...

    @property
    def scrub_mib_per_second(self) -> float: ...


def plan_of(settings: ScrubSettings) -> ScrubPlan:
    """Return the plan of a service's settings."""
    return ScrubPlan(
        every={
            Prueflaufart.VOLLSTAENDIG: timedelta(hours=settings.scrub_full_hours),
            Prueflaufart.STICHPROBE: timedelta(hours=settings.scrub_sample_hours),
        },
        sample=settings.scrub_sample_percent / 100,
        bytes_per_second=settings.scrub_mib_per_second * 1024 * 1024,
    )


@dataclass(kw_only=True)
class Scrubber:
    """
    The scrubber of one service, in any number of processes.

    A run belongs to the process that wrote it last; one that is left for a quarter of an hour is anybody's. No
    transaction is open while an object is read.
    """

    service: str
    store: ObjectStore
    named: NamedObjects
    units: Units
    clock: Clock
    plan: ScrubPlan
    throttle: Throttle = field(init=False)
    _own: dict[UUID, Prueflauf] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.throttle = Throttle(self.plan.bytes_per_second)

    async def run(self, stop: asyncio.Event) -> None:
        """Do what is due until `stop` is set; a store or database that is away is waited for."""
        working = asyncio.create_task(self._for_ever())
        # An object that is being read must not hold up the end of the process.
        await stop.wait()
        working.cancel()
        await asyncio.wait([working])

    async def round(self) -> bool:
        """Take a step of every run that is due; say whether one goes on."""
        goes_on = False
        for mandant in await self.named.mandanten():
            for art in Prueflaufart:
                lauf = await self._due(mandant, art)
                if lauf is not None:
                    following = await self.step(lauf)
                    goes_on = goes_on or (following is not None and following.is_open)
        return goes_on

    async def claim(self, mandant: str, art: Prueflaufart) -> Prueflauf | None:
        """Take over the open run of a kind, whoever had it, or begin one; None when there are no objects."""
        async with self.units.for_mandant(mandant)() as uow:
            lauf = await uow.runs.open(art) or await self._begin(uow, mandant, art)
            return None if lauf is None else await self._take(uow, lauf)

    async def step(self, lauf: Prueflauf) -> Prueflauf | None:
        """
        Read the next objects of a run and write down what was found; None when the run is another process's by now.

        What is damaged is quarantined either way.
        """
        names = await self.named.page(lauf.mandant, after=lauf.position, limit=_PAGE)
        dealt, read, damaged = await self._read(lauf, names)
        now = self.clock.now()
        is_last = len(dealt) == len(names) < _PAGE
        async with self.units.for_mandant(lauf.mandant)() as uow:
            for key, schaden in damaged.items():
                await _quarantine(uow, key, schaden, self.clock)
            following = await uow.runs.change(
                lauf,
                position=dealt[-1].key if dealt else lauf.position,
                anzahl=lauf.anzahl + len(dealt),
                geprueft=lauf.geprueft + len(read),
                groesse=lauf.groesse + sum(one.size for one in read),
                schaeden=lauf.schaeden + len(damaged),
                stand_am=now,
                status=(Prueflaufstatus.FERTIG if is_last else Prueflaufstatus.LAEUFT).value,
                beendet_am=now if is_last else None,
            )
            await uow.commit()
        self._own.pop(lauf.id, None)
        if following is not None and following.is_open:
            self._own[following.id] = following
        elif following is not None:
            log.info("scrub.finished", of=self.service, art=lauf.art, geprueft=following.geprueft)
        return following

    async def _for_ever(self) -> None:
        pause = _IDLE_SECONDS
        while True:
            try:
                goes_on = await self.round()
                pause = _IDLE_SECONDS
                await asyncio.sleep(0 if goes_on else _IDLE_SECONDS)
            except Exception as error:
                if is_passing(error):
                    log.warning("scrub.waiting", of=self.service, error=type(error).__name__)
                else:
                    log.exception("scrub.failed", of=self.service)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _due(self, mandant: str, art: Prueflaufart) -> Prueflauf | None:
        async with self.units.for_mandant(mandant)() as uow:
            lauf = await uow.runs.open(art)
            if lauf is not None:
                own = self._own.get(lauf.id)
                if own is not None and own.version == lauf.version:
                    return own
                is_left = lauf.stand_am is None or lauf.stand_am + _LEASE <= self.clock.now()
                return await self._take(uow, lauf) if is_left else None
            every, newest = self.plan.every[art], await uow.runs.newest(art)
            if not every or (newest is not None and self.clock.now() < newest.begonnen_am + every):
                return None
            lauf = await self._begin(uow, mandant, art)
            return None if lauf is None else await self._take(uow, lauf)

    async def _begin(self, uow: UnitOfWork, mandant: str, art: Prueflaufart) -> Prueflauf | None:
        erwartet = await self.named.count(mandant)
        if not erwartet:
            return None
        share = self.plan.share(art)
        return await uow.runs.start(art, anteil=share, erwartet=erwartet, moment=self.clock.now())

    async def _take(self, uow: UnitOfWork, lauf: Prueflauf) -> Prueflauf | None:
        taken = await uow.runs.change(lauf, stand_am=self.clock.now())
        await uow.commit()
        if taken is not None:
            self._own[taken.id] = taken
        return taken

    async def _read(
        self, lauf: Prueflauf, names: Sequence[NamedObject]
    ) -> tuple[list[NamedObject], list[NamedObject], dict[str, Schaden]]:
        """Return what was dealt with, what of it was read, and what is damaged; ends after enough bytes."""
        dealt: list[NamedObject] = []
        read: list[NamedObject] = []
        damaged: dict[str, Schaden] = {}
        for wanted in names:
            if sum(one.size for one in read) >= _STEP_BYTES:
                break
            dealt.append(wanted)
            if lauf.reads(wanted.key):
                read.append(wanted)
                schaden = await self._check(wanted)
                if schaden is not None:
                    damaged[wanted.key] = schaden
        return dealt, read, damaged

    async def _check(self, wanted: NamedObject) -> Schaden | None:
        schaden = await check_object(self.store, wanted, pace=self.throttle.take)
        SCRUB_OBJECTS.labels(self.service, schaden or "whole").inc()
        SCRUB_BYTES.labels(self.service).inc(wanted.size)
        # Its row may have gone while it was read, and the object with it.
        return schaden if schaden is not None and await self.named.find([wanted.key]) else None


async def _quarantine(uow: UnitOfWork, key: str, schaden: Schaden, clock: Clock) -> None:
    if await uow.quarantine.add(key, schaden, gefunden_durch=FOUND_BY, moment=clock.now()):
        values = {"schaden": schaden.value, "gefunden_durch": FOUND_BY}
        uow.audit("objekt.quarantined", "objekt", id_of_key(key), values)
