"""The lines of long runs: nothing is found out twice, and nothing of another run is taken for this one's."""

import json
from pathlib import Path

import pytest

from tests.faults.results import Results


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results" / "akten.jsonl"


def found(results: Results, *numbers: int) -> list[int]:
    """Return which of these it had to find out."""
    done: list[int] = []
    for number in numbers:
        results.of(lambda number=number: {"sound": True, "order": done.append(number)}, round=number)
    return done


def test_a_run_that_was_broken_off_goes_on_where_it_ended(path: Path) -> None:
    assert found(Results(path, 1), 1, 2) == [1, 2]
    assert found(Results(path, 1), 1, 2, 3) == [3]
    assert [json.loads(line)["round"] for line in path.read_text().splitlines()] == [1, 2, 3]


def test_a_line_that_was_not_written_whole_is_found_out_again(path: Path) -> None:
    found(Results(path, 1), 1, 2)
    path.write_text(path.read_text()[:-10])
    assert found(Results(path, 1), 1, 2) == [2]


def test_lines_of_another_seed_or_commit_are_no_result_of_this_run(path: Path) -> None:
    found(Results(path, 1), 1)
    assert found(Results(path, 2), 1) == [1]
    path.write_text(path.read_text().replace('"registratur": "', '"registratur": "x'))
    assert found(Results(path, 2), 1) == [1]


def test_after_a_whole_run_a_new_one_begins(path: Path) -> None:
    results = Results(path, 1)
    found(results, 1)
    results.close(bad=0)
    last = json.loads(path.read_text().splitlines()[-1])
    assert (last["bad"], last["whole"], last["seed"]) == (0, True, 1)
    assert {"at", "seconds", "versions"} <= last.keys()
    assert found(Results(path, 1), 1) == [1]
