"""Children of a runner that may be interrupted at any moment: each may clean up, and none outlives it."""

import contextlib
import ctypes
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import NoReturn

import psutil

from tests.harness.server import ROOT

_PR_SET_CHILD_SUBREAPER = 36
_POLL_SECONDS = 0.05
_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def exit_when_interrupted() -> None:
    """Let SIGINT, SIGTERM and SIGHUP end this process by SystemExit(130), once, so that it cleans up."""
    for number in _END:
        signal.signal(number, _interrupt)


def become_runner() -> None:
    """
    Exit when interrupted, and be the parent of what loses its own.

    From now on every descendant whose own parent ends becomes a child of this process, so that `end_descendants`
    finds servers too that are daemons, or whose test was killed.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")
    exit_when_interrupted()


def run_child(command: Sequence[str], environment: Mapping[str, str], *, quiet: bool = False, patience: float) -> int:
    """
    Run a command to its end; returns its exit code.

    When this process is interrupted, the child gets one SIGINT and so many seconds to clean up (`subprocess.run` gives
    a quarter of one), and then is killed. It leads a session, so that a Ctrl-C of the terminal does not reach it twice.
    """
    output = subprocess.DEVNULL if quiet else None
    child = subprocess.Popen(command, cwd=ROOT, env=dict(environment), stdout=output, start_new_session=True)
    try:
        return _wait(child, math.inf)
    except SystemExit:
        child.send_signal(signal.SIGINT)
        if _wait(child, patience) is None:
            child.kill()
        raise


def end_descendants() -> list[str]:
    """Kill every process that descends from this one; returns what they were."""
    found: list[str] = []
    while descendants := psutil.Process().children(recursive=True):
        for descendant in descendants:
            with contextlib.suppress(psutil.NoSuchProcess):
                if descendant.status() != psutil.STATUS_ZOMBIE:
                    found.append(f"{descendant.pid} {' '.join(descendant.cmdline())[:200]}")
                    descendant.kill()
        _reap()
        time.sleep(_POLL_SECONDS)
    return found


def _interrupt(*_: object) -> NoReturn:
    # A second one must not keep it from ending what it started.
    for number in _END:
        signal.signal(number, signal.SIG_IGN)
    sys.exit(130)


def _wait(child: "subprocess.Popen[bytes]", seconds: float) -> int | None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ended = _reap()
        if child.pid in ended:
            child.returncode = ended[child.pid]
            return child.returncode
        time.sleep(_POLL_SECONDS)
    return None


def _reap() -> dict[int, int]:
    """Return process → exit code of the children that ended, adopted ones too."""
    ended: dict[int, int] = {}
    with contextlib.suppress(ChildProcessError):
        while (answer := os.waitpid(-1, os.WNOHANG))[0]:
            ended[answer[0]] = os.waitstatus_to_exitcode(answer[1])
    return ended
