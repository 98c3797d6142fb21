"""P1: durable uploads accepted, at four clients, while filing goes on behind."""

import asyncio
import contextlib
import statistics

from tests.harness.client import PORTAL, Origin
from tests.harness.files import a_word
from tests.load.figures import spread_of
from tests.load.floor import CLIENTS
from tests.load.measured import Measured
from tests.load.wire import connected, for_seconds, submission

RUNS, SECONDS = 5, 4.0


async def p1(measured: Measured) -> None:
    """Measure P1 beside its floor, alternately, and their ratio."""
    origin, report, seed = measured.origin, measured.report, measured.report.seed
    await accepted_a_second(origin, measured.port, 1.0, seed=-1)
    reached, floors = [], []
    for run in range(RUNS):
        reached.append(await accepted_a_second(origin, measured.port, SECONDS, seed=seed + run))
        floors.append(await measured.floor.accept(SECONDS / 2))
    report.figure("P1", statistics.median(reached), "Anträge/s", clients=CLIENTS, bar=85, **spread_of(reached))
    report.figure("P1 floor", statistics.median(floors), "Anträge/s", clients=CLIENTS, **spread_of(floors))
    ratios = [one / two for one, two in zip(reached, floors, strict=True)]
    report.figure("P1 of floor", statistics.median(ratios), "ratio", **spread_of(ratios))


async def accepted_a_second(origin: Origin, port: int, seconds: float, *, seed: int) -> float:
    """Return how many Anträge with a 19 kB PDF got a 201 in a second."""
    async with contextlib.AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(connected(port)) for _ in range(CLIENTS)]

        async def act(client: int, number: int) -> None:
            answer = await wires[client].send(submission(origin.token(PORTAL), a_word(f"{seed}/{client}/{number}")))
            assert answer.status == 201, answer.body

        return await for_seconds(seconds, CLIENTS, act)


async def fill(origin: Origin, port: int, number: int, *, seed: int) -> None:
    """Send so many Anträge through the front door, four at a time."""
    numbers = iter(range(number))

    async def send() -> None:
        async with connected(port) as wire:
            for position in numbers:
                answer = await wire.send(submission(origin.token(PORTAL), a_word(f"{seed}/fill/{position}")))
                assert answer.status == 201, answer.body

    await asyncio.gather(*(send() for _ in range(CLIENTS)))
