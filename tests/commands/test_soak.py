"""`make soak`: each of the long runs is a command that a shell understands."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("run", ["faults", "minio", "protokoll", "akten", "lebenszyklus", "something else"])
def test_long_run_is_understood_by_a_shell(run):
    told = subprocess.run(["make", "-n", "soak", f"T={run}"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "soak" not in told.stderr
    read = subprocess.run(["sh", "-n"], input=told.stdout, capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")
