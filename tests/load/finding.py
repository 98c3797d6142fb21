"""P2: from POST to found; P3: lists and search for a normal user among many objects."""

import asyncio
import statistics
import time
from collections.abc import Callable

from tests.harness.client import PORTAL, Origin
from tests.harness.files import a_word
from tests.harness.installation import Installation
from tests.load.accepting import fill
from tests.load.figures import percentile, spread_of
from tests.load.floor import CLIENTS
from tests.load.measured import Measured
from tests.load.wire import Wire, connected, get, submission

OFFICIAL = "sachbearbeitung-32"
RUNS, BATCH = 5, 60
LAG_RATE, LAG_NUMBER = 5.0, 100
# An Antrag with one file becomes an Akte, a Vorgang and two Dokumente.
OBJECTS_EACH = 4
P3_REQUESTS = 400
_COUNT = """
SELECT (SELECT count(*) FROM records.akte) + (SELECT count(*) FROM records.vorgang) + count(*) FROM records.dokument
"""
_GIVE_UP_SECONDS = 600.0


async def p2(measured: Measured) -> None:
    """Measure how many a second become findable, beside the floor, and the lag at five a second."""
    origin, port, report, seed = measured.origin, measured.port, measured.report, measured.report.seed
    await all_found(measured.installation)
    rates, floors = [], []
    for run in range(RUNS):
        rates.append(await _found_a_second(origin, port, seed=seed + run))
        floors.append(await measured.floor.find(BATCH))
    report.figure("P2", statistics.median(rates), "Anträge/s", bar=5, batch=BATCH, **spread_of(rates))
    report.figure("P2 floor", statistics.median(floors), "Anträge/s", **spread_of(floors))
    lags = await _lags(origin, port, seed=seed)
    more = {"median": round(statistics.median(lags), 2), "number": len(lags), "rate": LAG_RATE}
    report.figure("P2 lag p95", percentile(lags, 95), "s", goal=2, **more)


async def _found_a_second(origin: Origin, port: int, *, seed: int) -> float:
    words = [a_word(f"p2/{seed}/{position}") for position in range(BATCH)]
    waiting = iter(words)
    started = time.perf_counter()

    async def send() -> None:
        async with connected(port) as wire:
            for word in waiting:
                assert (await wire.send(submission(origin.token(PORTAL), word))).status == 201

    await asyncio.gather(*(send() for _ in range(CLIENTS)))
    async with connected(port) as wire:
        for word in words:
            await _until_found(wire, origin, word)
    return BATCH / (time.perf_counter() - started)


async def _lags(origin: Origin, port: int, *, seed: int) -> list[float]:
    async def one(position: int) -> float:
        await asyncio.sleep(position / LAG_RATE)
        word = a_word(f"lag/{seed}/{position}")
        async with connected(port) as wire:
            started = time.perf_counter()
            assert (await wire.send(submission(origin.token(PORTAL), word))).status == 201
            await _until_found(wire, origin, word)
            return time.perf_counter() - started

    return list(await asyncio.gather(*(one(position) for position in range(LAG_NUMBER))))


async def _until_found(wire: Wire, origin: Origin, word: str) -> None:
    started = time.perf_counter()
    while not (await wire.send(get("suche", origin.token(OFFICIAL), q=word, typ="dokument", limit=1))).json()["items"]:
        waited = time.perf_counter() - started
        assert waited < _GIVE_UP_SECONDS, f"{word} is not found"
        # Who waits long asks less often, or the asking of all who wait becomes the load that they wait for.
        await asyncio.sleep(max(0.05, waited / 10))


async def all_found(installation: Installation) -> None:
    """Wait until everything sent so far is filed and indexed."""
    deadline = time.monotonic() + _GIVE_UP_SECONDS
    while not await asyncio.to_thread(installation.is_at_rest):
        assert time.monotonic() < deadline, "filing does not come to an end"
        await asyncio.sleep(0.5)


async def p3(measured: Measured, objects: int) -> None:
    """Fill up to so many objects through the front door, then measure reads at four clients."""
    origin, port, seed, installation = measured.origin, measured.port, measured.report.seed, measured.installation
    await all_found(installation)
    present = await asyncio.to_thread(installation.value, _COUNT)
    missing = max(0, objects - present)
    await fill(origin, port, -(-missing // OBJECTS_EACH), seed=seed)
    await all_found(installation)
    present = await asyncio.to_thread(installation.value, _COUNT)
    reads: dict[str, Callable[[int], bytes]] = {
        "vorgaenge": lambda _number: get("vorgaenge", origin.token(OFFICIAL), limit=50),
        "aufgaben": lambda _number: get("aufgaben", origin.token(OFFICIAL), limit=50, status="offen"),
        "suche (many hits)": lambda _number: get("suche", origin.token(OFFICIAL), q="Gewerbe Anmeldung"),
        "suche (one hit)": lambda number: get("suche", origin.token(OFFICIAL), q=a_word(f"{seed}/fill/{number}")),
    }
    for name, request in reads.items():
        times = await _times(port, request)
        more = {"median": round(statistics.median(times), 2), "objects": present, "clients": CLIENTS}
        measured.report.figure(f"P3 {name} p95", percentile(times, 95), "ms", bar=100, **more)


async def _times(port: int, request: Callable[[int], bytes]) -> list[float]:
    times: list[float] = []

    async def read(client: int) -> None:
        async with connected(port) as wire:
            for number in range(P3_REQUESTS // CLIENTS):
                started = time.perf_counter()
                answer = await wire.send(request(client * P3_REQUESTS + number))
                times.append((time.perf_counter() - started) * 1000)
                assert answer.status == 200, answer.body

    await asyncio.gather(*(read(client) for client in range(CLIENTS)))
    return times
