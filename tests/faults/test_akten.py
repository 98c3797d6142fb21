"""A small count of what `python -m tests.faults.akten` does at length: once at each point, in one installation."""

import os
from collections.abc import Iterator

import pytest

from tests.faults.akten import Town, a_town
from tests.faults.dying import POINTS

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    if "DMS_E2E_URL" in os.environ:
        pytest.skip("a server that is not ours is not killed")
    with a_town(seed=1) as started:
        yield started


@pytest.mark.parametrize("point", POINTS)
def test_act_that_is_killed_at_a_point_happens_wholly_and_once(town: Town, point: str) -> None:
    town.kill_at(point)


def test_invariants_hold_after_all_kills(town: Town) -> None:
    town.check_invariants()
