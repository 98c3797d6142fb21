"""A small count of what `python -m tests.faults.tampering` does at length: 20 attacks of each kind."""

from collections.abc import Iterator

import pytest

from dms_standalone.postgres import PostgresServer
from tests.faults.tampering import KINDS, Scene, attack, prepare, untouched


@pytest.fixture(scope="module")
def scene(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = prepare(postgres_server.superuser_url, tmp_path_factory.mktemp("sealed"), 400)
    yield made
    made.whole.drop()
    made.earlier.drop()


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_tampering_is_found_and_its_first_bad_entry_named(scene: Scene, kind: str, seed: int) -> None:
    outcome = attack(scene, kind, seed)
    assert outcome["found"], outcome


def test_nothing_is_found_in_entries_that_nobody_touched(postgres_server: PostgresServer) -> None:
    result = untouched(postgres_server.superuser_url, 5000)
    assert (result["untouched"], result["alarms"], result["code"]) == (5000, 0, 0)
