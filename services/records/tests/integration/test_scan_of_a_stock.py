"""The scanner is switched on over a stock of files: the stock is worked off, and new files do not wait behind it."""

import asyncio
import itertools

import pytest

from dms_kit.testing.real import real_server
from dms_records import main

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.timeout(300)]
ANTRAEGE, FILES = 4, 100
WAITING = "SELECT id FROM records.dokumentversion WHERE pruefstatus = 'nicht_geprueft'"


@pytest.fixture(params=["stand_in", pytest.param("real", marks=pytest.mark.real)])
def address(request):
    return real_server("clamd") if request.param == "real" else request.getfixturevalue("clamd").address


@pytest.fixture
async def stock(ingest, container, rows):
    """Ids of the files that came in while there was no scanner."""
    assert container.scanning is None
    for number in range(ANTRAEGE):
        files = [(f"{name}.txt", "text/plain", b"%d %d" % (number, name)) for name in range(FILES)]
        await ingest.submit(files=files)
    return {row.id for row in await rows(WAITING)}


async def waits(rows):
    return {row.id for row in await rows(WAITING)}


async def test_a_stock_is_worked_off_while_what_is_new_overtakes_it(start_records, ingest, rows, stock, address):
    assert len(stock) >= ANTRAEGE * FILES
    scanning, stop = start_records(virus_scanner="clamd", clamd_address=address), asyncio.Event()
    task = asyncio.create_task(main.run_consumers(scanning, stop))
    left = []
    try:
        async with asyncio.timeout(100):
            while not left or left[-1]:
                await ingest.submit(files=[("neu.txt", "text/plain", b"new %d" % len(left))])
                while (waiting := await waits(rows)) - stock:
                    await asyncio.sleep(0.02)
                left.append(len(waiting & stock))
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)
    overtaking = [number for number in left if number]
    assert len(overtaking) >= 3, f"what is new waits for the stock: {left}"
    assert all(later < earlier for earlier, later in itertools.pairwise(overtaking)), left
    assert await rows("SELECT 1 FROM records.dokumentversion WHERE pruefstatus <> 'sauber'") == []
