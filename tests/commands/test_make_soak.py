"""`make soak` starts each of the long runs, and says which there are."""

import os
import subprocess

import pytest

from tests.harness.server import ROOT

# What the make that started the tests was told is not said to this one.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MFLAGS", "T"}}


def make(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *words], cwd=ROOT, env=_ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("run", "program"),
    [
        ("faults", "-m tests.faults.servers --results tests/faults/results/faults.jsonl"),
        ("minio", "-m tests.real --minio -k s3"),
        ("protokoll", "-m tests.faults.tampering --results tests/faults/results/tampering.jsonl"),
        ("akten", "-m tests.faults.akten --results tests/faults/results/akten.jsonl"),
        ("lebenszyklus", "test_lebenszyklus.py"),
    ],
)
def test_a_long_run_starts_its_program_and_no_other_one(run: str, program: str) -> None:
    planned = make("--dry-run", "soak", f"T={run}")
    assert planned.returncode == 0, planned.stderr
    assert program in planned.stdout
    assert make("--dry-run", "soak").stdout.count(program) == (run != "lebenszyklus")
    assert planned.stdout.count("tests") < make("--dry-run", "soak").stdout.count("tests")


def test_an_unknown_long_run_is_refused_with_those_that_there_are() -> None:
    refused = make("soak", "T=alles")
    assert refused.returncode == 2
    assert "faults, minio, protokoll, akten and lebenszyklus" in refused.stderr
