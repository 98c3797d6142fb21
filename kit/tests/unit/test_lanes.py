"""Few at a time are in a lane, in the order of asking; other lanes are free meanwhile."""

import asyncio
import gc

import pytest

from dms_kit.core.errors import UnavailableError
from dms_kit.lanes import Lanes


async def test_no_more_than_its_width_are_in_a_lane_and_the_next_one_is_who_came_first() -> None:
    lanes, came, leave = Lanes(2, seconds=30), [], [asyncio.Event() for _ in range(5)]

    async def enter(number: int) -> None:
        async with lanes.enter("10.10"):
            came.append(number)
            await leave[number].wait()

    tasks = [asyncio.create_task(enter(number)) for number in range(5)]
    await _settled()
    assert came == [0, 1]
    leave[1].set()
    await _settled()
    assert came == [0, 1, 2]
    for event in leave:
        event.set()
    await asyncio.gather(*tasks)
    assert came == [0, 1, 2, 3, 4]


async def test_a_full_lane_holds_up_no_other() -> None:
    lanes = Lanes(1, seconds=0.01)
    async with lanes.enter("10.10"), lanes.enter("10.20"):
        with pytest.raises(UnavailableError):
            async with lanes.enter("10.10"):
                pytest.fail("two in a lane of width 1")
    async with lanes.enter("10.10"):
        pass


async def test_who_gave_up_waiting_or_failed_leaves_nothing_behind() -> None:
    lanes = Lanes(1, seconds=30)
    with pytest.raises(ZeroDivisionError):
        async with lanes.enter("10.10"):
            waiting = asyncio.create_task(_pass(lanes))
            await _settled()
            waiting.cancel()
            await _settled()
            1 / 0  # noqa: B018 - it is about how it ends
    async with asyncio.timeout(10), lanes.enter("10.10"):
        assert len(lanes) == 1
    del waiting
    gc.collect()
    assert len(lanes) == 0


async def _pass(lanes: Lanes) -> None:
    async with lanes.enter("10.10"):
        pass


async def _settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)
