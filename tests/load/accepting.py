"""P1: durable uploads accepted, at four clients, while filing goes on behind."""

import asyncio
import contextlib
import statistics

from tests.harness.client import PORTAL, Origin
from tests.harness.files import a_word
from tests.harness.installation import Installation
from tests.load.figures import figure, spread_of
from tests.load.floor import CLIENTS, Floor
from tests.load.wire import connected, for_seconds, submission

RUNS, SECONDS = 5, 4.0


async def p1(installation: Installation, seed: int) -> None:
    """Measure P1 beside its floor, alternately, and their ratio."""
    origin, floor = Origin(installation.server.url), Floor(installation)
    await accepted_a_second(origin, installation.server.port, 1.0, seed=-1)
    reached, floors = [], []
    for run in range(RUNS):
        reached.append(await accepted_a_second(origin, installation.server.port, SECONDS, seed=seed + run))
        floors.append(await floor.accept(SECONDS / 2))
    figure("P1", statistics.median(reached), "Anträge/s", seed=seed, clients=CLIENTS, bar=85, **spread_of(reached))
    figure("P1 floor", statistics.median(floors), "Anträge/s", seed=seed, clients=CLIENTS, **spread_of(floors))
    ratios = [one / two for one, two in zip(reached, floors, strict=True)]
    figure("P1 of floor", statistics.median(ratios), "ratio", seed=seed, **spread_of(ratios))


async def accepted_a_second(origin: Origin, port: int, seconds: float, *, seed: int) -> float:
    """Return how many Anträge with a 19 kB PDF got a 201 in a second."""
    token = origin.token(PORTAL)
    async with contextlib.AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(connected(port)) for _ in range(CLIENTS)]

        async def act(client: int, number: int) -> None:
            answer = await wires[client].send(submission(token, a_word(f"{seed}/{client}/{number}")))
            assert answer.status == 201, answer.body

        return await for_seconds(seconds, CLIENTS, act)


async def fill(origin: Origin, port: int, number: int, *, seed: int) -> None:
    """Send so many Anträge through the front door, four at a time."""
    token = origin.token(PORTAL)
    numbers = iter(range(number))

    async def send() -> None:
        async with connected(port) as wire:
            for position in numbers:
                answer = await wire.send(submission(token, a_word(f"{seed}/fill/{position}")))
                assert answer.status == 201, answer.body

    await asyncio.gather(*(send() for _ in range(CLIENTS)))
