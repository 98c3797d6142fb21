"""A small count of what `python -m tests.faults.sealing` does at length: once at each point."""

import pytest

from dms_standalone.postgres import PostgresServer
from tests.faults.sealing import POINTS, run


@pytest.mark.parametrize("point", POINTS)
def test_a_sealer_killed_at_a_point_leaves_a_sound_protokoll(postgres_server: PostgresServer, point: str) -> None:
    result = run(postgres_server.superuser_url, point)
    assert result["died"], "the fault did not happen"
    assert result["sound"], result
