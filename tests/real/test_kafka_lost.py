"""All data of Kafka is deleted; the services send again what they know, and nothing else changes."""

import shutil

import pytest

from tests.faults.fault import Fault
from tests.faults.ledger import PERSONAL, Ledger, send
from tests.harness.client import Origin, eventually
from tests.harness.installation import SERVICES, Installation
from tests.harness.invariants import check_invariants
from tests.harness.real import ALL, origin_of
from tests.harness.server import Server
from tests.harness.stack import TestStack

pytestmark = [pytest.mark.real, pytest.mark.timeout(1200)]


@pytest.mark.port("kafka lost", "all data")
@pytest.mark.parametrize("installation", [pytest.param(ALL, id="all")], indirect=True)
def test_republishing_brings_back_the_state_after_all_data_of_kafka_was_deleted(
    installation: Server, stack: TestStack
) -> None:
    inside, ledger = Installation(installation, further_logs=stack.logs()), Ledger()
    with origin_of(installation) as origin:
        _accept(origin, ledger, 10)
        eventually(inside.is_at_rest, "every fact sent and read", seconds=300)
        before = inside.state_hash()
        _lose_everything(stack)
        _republish(inside)
        assert inside.state_hash() == before

        # Now with facts under way: some sent and not read by all, some not sent yet.
        _accept(origin, ledger, 20)
        _lose_everything(stack)
        _republish(inside)
        check_invariants(inside, origin, ledger.accepted, PERSONAL)


def _accept(origin: Origin, ledger: Ledger, number: int) -> None:
    for _ in range(number):
        assert send(origin, ledger, ledger.begin())


def _lose_everything(stack: TestStack) -> None:
    fault = Fault(stack, "kafka")
    fault.kill()
    data = stack.data / "stack/kafka/data"
    assert list(data.glob("dms.*")), "the fault did not happen: there was no data to lose"
    shutil.rmtree(data)
    fault.back()


def _republish(inside: Installation) -> None:
    for service in SERVICES:
        assert "erneut gesendet" in inside.command(service, "resend")
    eventually(inside.is_at_rest, "every fact sent and read", seconds=300)
