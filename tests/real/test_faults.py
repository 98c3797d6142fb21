"""A sample of what `make soak T=faults` does at length: servers killed under load."""

import os
import random

import pytest

from tests.faults.fault import Fault
from tests.faults.results import Results
from tests.faults.servers import run
from tests.harness.real import ALL
from tests.harness.stack import TestStack

pytestmark = [pytest.mark.real, pytest.mark.timeout(1500)]

# Another number draws other servers and other moments.
SEED = int(os.environ.get("DMS_TEST_SEED", "20261125"))


@pytest.mark.port("faults", "killed under load")
def test_the_invariants_hold_when_servers_are_killed_under_load(stack: TestStack) -> None:
    drawn = random.Random(SEED).sample(ALL, 2)
    run(stack, [(name, None) for name in drawn], Results(None, SEED), heal_within=180)


@pytest.mark.port("faults", "that did not happen")
def test_a_fault_that_does_not_happen_is_a_failure(stack: TestStack) -> None:
    fault = Fault(stack, "s3")
    fault.kill()
    try:
        with pytest.raises(AssertionError, match="the fault did not happen"):
            fault.kill()
    finally:
        fault.back()
    with pytest.raises(AssertionError, match="the fault did not happen"):
        fault.check_away()
