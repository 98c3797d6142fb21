"""Whatever is killed, everything heard becomes findable once, and no process is left behind."""

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from dms.search.v1.dokument_events_pb2 import DokumentIndexed


def environment_of(settings) -> dict[str, str]:
    return {
        **os.environ,
        "DMS_SEARCH_DATABASE_URL": settings.database_url,
        "DMS_SEARCH_SYSTEM_DATABASE_URL": settings.system_database_url,
        "DMS_BUS_DATABASE_URL": settings.bus_database_url,
        "DMS_DATA": str(settings.data),
        "DMS_ISSUERS": json.dumps(settings.issuers),
        "DMS_EXTRACTION_WORKERS": "1",
    }


@asynccontextmanager
async def process(settings, verb: str):
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "dms_search", verb, env=environment_of(settings), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGTERM)
        await running.wait()


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


async def until_it_reads(consumers) -> list[int]:
    async with asyncio.timeout(30):
        while not (workers := children_of(consumers.pid)):
            await asyncio.sleep(0.05)
    return workers


async def reported(service) -> list[UUID]:
    async with service.container.system_engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT payload FROM search.outbox WHERE type = 'dms.search.v1.DokumentIndexed'")
        )
        return [UUID(DokumentIndexed.FromString(row.payload).dokument_id) for row in rows]


async def test_killed_consumers_lose_nothing_and_say_nothing_twice(service) -> None:
    settings, facts = service.container.settings, service.facts
    async with process(settings, "relay"), service.with_records():
        await facts.organisation()
        async with process(settings, "consumers"):
            await service.until_indexed()
        rows, workers = [], []
        for pause in (0.0, 0.4, 1.0):
            rows += [await facts.dokument(f"Bernstein {number}".encode()) for number in range(15)]
            async with process(settings, "consumers") as consumers:
                workers += await until_it_reads(consumers)
                await asyncio.sleep(pause)
                consumers.kill()
        async with process(settings, "consumers"):
            await service.until_quiet()
    assert sorted(await reported(service)) == sorted(rows)
    answer = await service.suche("bernstein", limit=200)
    assert sorted(item["id"] for item in answer["items"]) == sorted(map(str, rows))
    assert len(workers) == 3
    async with asyncio.timeout(5):
        while any(is_alive(pid) for pid in workers):
            await asyncio.sleep(0.1)
