"""Consumers come and go while Anträge keep coming; each is filed once all the same."""

import asyncio
import importlib
import random
import time

import pytest
from prometheus_client import REGISTRY

from dms_kit.telemetry import CONSUMER_JOINED
from dms_standalone.provision import environment_of, settings_of
from tests.faults.ledger import PERSONAL, Ledger, settle
from tests.faults.load import SUBMIT, Load
from tests.harness.client import eventually
from tests.harness.installation import Installation
from tests.harness.invariants import check_invariants
from tests.harness.real import ALL, origin_of
from tests.harness.server import Server
from tests.harness.stack import TestStack

pytestmark = [pytest.mark.real, pytest.mark.timeout(1500)]

TIMES = 50
# Search's consumers would start readers of files with each of their starts; they join like the others.
COMING = ("records", "ingest", "workflow")


@pytest.mark.port("kafka group", "50 joins and leaves")
@pytest.mark.parametrize("installation", [pytest.param(ALL, id="all")], indirect=True)
def test_nothing_is_lost_or_filed_twice_while_consumers_join_and_leave_fifty_times(
    installation: Server, stack: TestStack
) -> None:
    inside, ledger = Installation(installation, further_logs=stack.logs()), Ledger()
    with origin_of(installation) as origin:
        with Load(origin, ledger) as load, environment_of(inside.environment()):
            eventually(lambda: len(load.since(0, SUBMIT)) >= 5, "the load runs", seconds=120)
            began = time.monotonic()
            joined = asyncio.run(_come_and_go(random.Random(4)))
            during = load.since(began, SUBMIT)
        assert joined >= TIMES
        assert len(during) >= TIMES
        assert {one.status for one in during} == {201}
        settle(origin, ledger)
        assert ledger.server_errors == []
        check_invariants(inside, origin, ledger.accepted, PERSONAL)


async def _come_and_go(dice: random.Random) -> int:
    """Let one further consumer of each service join and leave, again and again; return how often one has joined."""
    joined = 0

    async def visit(service: str) -> None:
        nonlocal joined
        container = importlib.import_module(f"dms_{service}.bootstrap").build(settings_of(service))
        stop, is_member = asyncio.Event(), CONSUMER_JOINED.labels(service)
        is_member.set(0)
        running = asyncio.create_task(container.consumer.run(stop))
        try:
            async with asyncio.timeout(120):
                while not REGISTRY.get_sample_value("dms_consumer_joined", {"group": service}):
                    await asyncio.sleep(0.05)
            joined += 1
            await asyncio.sleep(dice.uniform(0.1, 1.5))
        finally:
            stop.set()
            await running
            await container.close()

    async def visits(service: str) -> None:
        while joined < TIMES:
            await visit(service)

    await asyncio.gather(*map(visits, COMING))
    return joined
