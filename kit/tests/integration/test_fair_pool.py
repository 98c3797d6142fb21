"""More clients than connections: everyone gets a turn, and a connection is never lost on the way."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncSession

from dms_kit.database import create_engine


@pytest.fixture
async def engine(kit_database):
    engine = create_engine(kit_database.app_url, pool_size=2)
    yield engine
    await engine.dispose()


async def test_those_who_wait_are_served_before_those_who_come_again(engine):
    turns: Counter[int] = Counter()
    # Both connections are there before anybody counts: on a busy machine making one takes many turns of the other.
    async with engine.connect(), engine.connect():
        pass

    async def client(number):
        while turns.total() < 60:
            # As a unit of work does: what ends a session gives its connection back and goes on at once.
            session = AsyncSession(engine)
            await session.execute(text("SELECT 1"))
            await session.close()
            turns[number] += 1

    await asyncio.gather(*(client(number) for number in range(6)))
    assert len(turns) == 6
    # Ten each; in the order of whoever asks at that moment, four of them had one turn.
    assert min(turns.values()) >= 5, turns


async def test_one_who_stops_waiting_costs_no_connection(engine):
    async def use():
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    for _ in range(20):
        async with engine.connect(), engine.connect():
            waiting = [asyncio.create_task(use()) for _ in range(3)]
            await asyncio.sleep(0)
            waiting[0].cancel()
        waiting[1].cancel()
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert isinstance(results[0], asyncio.CancelledError)
        assert results[2] is None
    async with asyncio.timeout(5), engine.connect(), engine.connect():
        pass


async def test_waiting_ends_with_the_time_out_of_the_pool(engine):
    engine.pool._timeout = 0.05
    async with engine.connect(), engine.connect():
        with pytest.raises(exc.TimeoutError):
            await engine.connect()
    async with engine.connect(), engine.connect():
        pass
