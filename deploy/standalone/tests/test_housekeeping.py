"""Housekeeping: what nothing names goes, what is old on the bus goes, everything else stays."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from dms_kit.ports.object_store import ObjectNotFoundError
from dms_standalone.housekeeping import keep_house
from dms_standalone.provision import SERVICES, environment, environment_of
from dms_standalone.services import containers


async def _bytes():
    yield b"orphan"


async def _one_round(built, *, grace):
    stop = asyncio.Event()
    task = asyncio.create_task(keep_house(built, stop, every=timedelta(hours=1), grace=grace))
    await asyncio.sleep(1)
    stop.set()
    await task


@pytest.fixture
async def built(service_urls, tmp_path):
    urls = {service: service_urls(service) for service in SERVICES}
    settings = {**environment(urls), "DMS_DATA": str(tmp_path), "DMS_ISSUERS": '{"http://127.0.0.1/x": "dueren"}'}
    with environment_of(settings):
        async with containers() as made:
            yield made


@pytest.mark.parametrize("service", ["ingest", "records"])
async def test_only_an_old_orphan_is_reaped(built, service):
    store = built[service].store
    orphan = await store.put("dueren", service, _bytes())
    await _one_round(built, grace=timedelta(hours=24))
    assert (await store.stat(orphan.key)).size == len(b"orphan")
    await _one_round(built, grace=timedelta(0))
    with pytest.raises(ObjectNotFoundError):
        await store.stat(orphan.key)


async def test_old_messages_leave_the_bus_and_young_ones_stay(built, service_urls):
    await built["ingest"].bus.migrate()
    connection = await asyncpg.connect(service_urls("ingest").bus.replace("+asyncpg", ""))
    await connection.execute(
        "INSERT INTO bus.message (topic, key, value, headers, created_at)"
        " VALUES ('t', 'old', '', '{}', now() - interval '15 days'), ('t', 'young', '', '{}', now())"
    )
    await _one_round(built, grace=timedelta(hours=24))
    assert [row["key"] for row in await connection.fetch("SELECT key FROM bus.message")] == ["young"]
    await connection.close()
