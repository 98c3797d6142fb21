"""Registrations a second: many clients, many plan units, no number twice, and no unit waits for another."""

import asyncio
import hashlib
import statistics
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from tests.harness.installation import Installation
from tests.load.copying import Copier
from tests.load.figures import percentile, spread_of
from tests.load.measured import Measured
from tests.load.sealers import alternately
from tests.load.wire import Wire, connected, get, post

CLIENTS, REGISTRATIONS = 16, 10_000
# Two plan units of each of five offices; the last one is measured alone too.
UNITS = ("10.10", "10.20", "32.20", "32.30", "50.10", "50.20", "61.10", "61.20", "66.10", "66.20")
ALONE = 1_000
# More than the process has connections.
_HELD_CLIENTS, _HELD_SECONDS = 12, 5.0
_PAIRS = 5
_DRAFTS = "SELECT n FROM generate_series($2::int, $3::int) AS n"
_NUMBERS = """
SELECT count(aktenzeichen) AS given, count(DISTINCT aktenzeichen) AS numbers FROM records.akte
WHERE id = ANY (SELECT md5('draft/' || n)::uuid FROM generate_series(1, $1::int) AS n)
"""
_COUNTER = """
SELECT 1 FROM records.aktenzeichen_zaehler AS counter
JOIN records.aktenplaneinheit AS plan ON plan.id = counter.bereich_id WHERE plan.schluessel = $1 FOR UPDATE OF counter
"""


@dataclass
class Outcome:
    """What became of requests: how often each status, and how long each took in ms."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)


class Drafts:
    """Drafts of Akten, copied from one a unit that was begun by the API; each is registered once."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._copier = Copier(measured.installation)
        self._waiting: dict[str, list[int]] = {}
        self.number = 0

    def begin(self, unit: str, count: int) -> None:
        """Add drafts in a unit."""
        origin, who = self._measured.origin, _official(unit)
        answer = origin.post(who, "akten", {"titel": f"Entwurf in {unit}", "aktenplaneinheit": unit})
        assert answer.status_code == 201, answer.text
        first, self.number = self.number + 1, self.number + count
        changes = {"id": "md5('draft/' || n)::uuid", "titel": "'Entwurf ' || n", "titel_sortierung": "'entwurf ' || n"}
        self._copier.copy("akte", answer.json()["id"], changes, source=_DRAFTS, arguments=(first, self.number))
        self._waiting[unit] = [*range(first, self.number + 1), *self._waiting.get(unit, [])]
        self._copier.settle("akte")

    def has(self, unit: str) -> bool:
        """Say whether a unit has drafts left."""
        return bool(self._waiting.get(unit))

    async def register(self, wire: Wire, unit: str, outcome: Outcome) -> None:
        """Register the next draft of a unit."""
        akte_id = _draft_id(self._waiting[unit].pop())
        request = post(f"akten/{akte_id}/register", self._measured.origin.token(_official(unit)), If_Match='"1"')
        started = time.perf_counter()
        answer = await wire.send(request)
        outcome.times.append((time.perf_counter() - started) * 1000)
        outcome.statuses[answer.status] += 1


async def registrations(measured: Measured, count: int = REGISTRATIONS) -> None:
    """Measure registrations in ten units and in one, beside a sealer and without, and beside a counter that is held."""
    drafts, report = Drafts(measured), measured.report
    for unit in UNITS:
        await asyncio.to_thread(drafts.begin, unit, count // len(UNITS))
    total, part = Outcome(), count // (2 * _PAIRS)

    async def some() -> float:
        return await _rate(measured, drafts, UNITS, total, count=part)

    sealed, unsealed = await alternately(measured.installation, "records", some, pairs=_PAIRS)
    given, numbers = await asyncio.to_thread(_numbers, measured.installation, drafts.number)
    more = {
        "clients": CLIENTS,
        "units": len(UNITS),
        "registrations": sum(total.statuses.values()),
        "statuses": {str(status): number for status, number in sorted(total.statuses.items())},
        "numbers given": given,
        "duplicates": given - numbers,
        "p95 ms": round(percentile(total.times, 95), 1),
    }
    report.figure("registrations", statistics.median(sealed), "1/s", **more, **spread_of(sealed))
    ratios = [one / two for one, two in zip(sealed, unsealed, strict=True)]
    report.figure("registrations beside a sealer", statistics.median(ratios), "of without", **spread_of(ratios))
    await _in_one_unit(measured, drafts)
    await _beside_a_held_counter(measured, drafts)


async def _in_one_unit(measured: Measured, drafts: Drafts) -> None:
    outcome, unit = Outcome(), UNITS[-1]
    await asyncio.to_thread(drafts.begin, unit, ALONE)
    rate = await _rate(measured, drafts, [unit], outcome, count=ALONE)
    more = {"clients": CLIENTS, "statuses": {str(key): value for key, value in outcome.statuses.items()}}
    more["p95 ms"] = round(percentile(outcome.times, 95), 1)
    measured.report.figure("registrations in one unit", rate, "1/s", **more)


async def _beside_a_held_counter(measured: Measured, drafts: Drafts) -> None:
    """Hold the counter of one unit in an open transaction: its registrations wait, those of others and reads do not."""
    held, others = UNITS[0], UNITS[1:]
    for unit in UNITS:
        await asyncio.to_thread(drafts.begin, unit, 400)
    clients = CLIENTS - _HELD_CLIENTS
    reading_free = asyncio.create_task(_read(measured))
    free = await _rate(measured, drafts, others, Outcome(), seconds=_HELD_SECONDS, clients=clients)
    waiting, beside = Outcome(), Outcome()
    async with _counter_of(measured.installation, held):
        stuck = asyncio.create_task(
            _rate(measured, drafts, [held], waiting, count=_HELD_CLIENTS, clients=_HELD_CLIENTS)
        )
        await asyncio.sleep(0.5)
        reader = asyncio.create_task(_read(measured))
        rate = await _rate(measured, drafts, others, beside, seconds=_HELD_SECONDS, clients=clients)
        ended, reading = len(waiting.times), await reader
    await stuck
    more = {
        "ratio to nothing held": round(rate / free, 2),
        "p95 ms": round(percentile(beside.times, 95), 1),
        "clients": clients,
        "waiting in the held unit": _HELD_CLIENTS - ended,
        "of them registered once it was free": waiting.statuses[200] - ended,
        "seconds held": _HELD_SECONDS,
        "statuses": {str(status): number for status, number in beside.statuses.items()},
        "reads": {str(status): number for status, number in reading.statuses.items()},
        "reads p95 ms": round(percentile(reading.times, 95), 1),
        "reads p95 ms with nothing held": round(percentile((await reading_free).times, 95), 1),
    }
    measured.report.figure("registrations beside a held counter", rate, "1/s", **more)


async def _read(measured: Measured) -> Outcome:
    """Read the first page of the Akten again and again while others register."""
    outcome, started = Outcome(), time.perf_counter()
    request = get("akten", measured.origin.token(_official(UNITS[-1])), limit=20)
    async with connected(measured.port) as wire:
        while time.perf_counter() - started < _HELD_SECONDS:
            asked = time.perf_counter()
            answer = await wire.send(request)
            outcome.times.append((time.perf_counter() - asked) * 1000)
            outcome.statuses[answer.status] += 1
    return outcome


async def _rate(
    measured: Measured,
    drafts: Drafts,
    units: Sequence[str],
    outcome: Outcome,
    *,
    count: int | None = None,
    seconds: float | None = None,
    clients: int = CLIENTS,
) -> float:
    """Let clients register in units by turns, so many or for so long; return how many a second."""
    turns, started = iter(range(count if count is not None else 10**9)), time.perf_counter()
    before = sum(outcome.statuses.values())

    def goes_on() -> bool:
        return seconds is None or time.perf_counter() - started < seconds

    async def act(_client: int) -> None:
        async with connected(measured.port) as wire:
            while goes_on() and (turn := next(turns, None)) is not None:
                unit = units[turn % len(units)]
                if not drafts.has(unit):
                    return
                await drafts.register(wire, unit, outcome)

    await asyncio.gather(*(act(client) for client in range(clients)))
    return (sum(outcome.statuses.values()) - before) / (time.perf_counter() - started)


@asynccontextmanager
async def _counter_of(installation: Installation, unit: str) -> AsyncIterator[None]:
    connection = await asyncpg.connect(installation.url("postgres").replace("+asyncpg", ""))
    try:
        async with connection.transaction():
            assert await connection.fetch(_COUNTER, unit), f"nobody registered in {unit} yet"
            yield
    finally:
        await connection.close()


def _numbers(installation: Installation, drafts: int) -> tuple[int, int]:
    [found] = installation.sql(_NUMBERS, drafts)
    return found["given"], found["numbers"]


def _draft_id(number: int) -> uuid.UUID:
    return uuid.UUID(hashlib.md5(f"draft/{number}".encode(), usedforsecurity=False).hexdigest())


def _official(unit: str) -> str:
    return f"sachbearbeitung-{unit.partition('.')[0]}"
