"""A runner that is interrupted lets its test clean up, and leaves no process behind; asked for help, it starts none."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.harness.server import ROOT

_RUNNER = """
import sys
from tests.harness.children import become_runner, end_descendants, run_child
become_runner()
try:
    code = run_child([sys.executable, "-c", sys.argv[1], sys.argv[2]], {}, patience=60)
finally:
    end_descendants()
sys.exit(code)
"""
# A daemon as servers are: of a session of its own, its parent gone.
_DAEMON = """
import os, pathlib, subprocess, sys, time
folder = pathlib.Path(sys.argv[1])
words = ["bash", "-c", "setsid sleep 600 >/dev/null 2>&1 & echo $!"]
(folder / "new").write_bytes(subprocess.run(words, stdout=subprocess.PIPE, timeout=60).stdout)
(folder / "new").rename(folder / "pid")
"""
_PATIENT = """
try:
    time.sleep(600)
finally:
    time.sleep(1.5)
    (folder / "clean").touch()
"""
_KILLED = "os.kill(os.getpid(), 9)"


def _start(folder: Path, child: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", _RUNNER, child, str(folder)], cwd=ROOT, start_new_session=True)


def _daemon(folder: Path) -> int:
    deadline = time.monotonic() + 60
    while not (folder / "pid").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return int((folder / "pid").read_text())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_child_cleans_up_and_no_daemon_of_it_stays(tmp_path, number):
    runner = _start(tmp_path, _DAEMON + _PATIENT)
    daemon = _daemon(tmp_path)
    assert psutil.pid_exists(daemon)
    os.killpg(runner.pid, number)
    time.sleep(0.3)
    os.killpg(runner.pid, number)
    assert runner.wait(90) == 130
    assert (tmp_path / "clean").exists()
    assert not psutil.pid_exists(daemon)


def test_a_daemon_of_a_killed_test_does_not_stay(tmp_path):
    runner = _start(tmp_path, _DAEMON + _KILLED)
    assert runner.wait(90) not in (0, None)
    assert not psutil.pid_exists(_daemon(tmp_path))


def test_help_starts_no_server():
    command = [sys.executable, "-m", "tests.real", "--help"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.startswith("usage: python -m tests.real")
