"""Child processes that die with their supervisor, and orphans that an earlier one left."""

import contextlib
import ctypes
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """
    Return a `preexec_fn` after which the kernel sends `death_signal` when this process ends, however it ends.

    The kernel watches the thread that forks, and a change of user resets the wish: call Popen from the main thread,
    with `user=` (which changes before the function runs).
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("a child that dies with its parent must be started by the main thread")
    parent = os.getpid()

    def before_exec() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return before_exec


def die_with(parent: int, death_signal: signal.Signals) -> None:
    """Ask the kernel to send this process `death_signal` when its parent ends; end now when it is gone already."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(1)


def end_processes_in(folder: Path, name: str, *, seconds: float = 10.0) -> None:
    """End all processes of that name whose working directory is `folder`: what a killed supervisor left behind."""
    deadline = time.monotonic() + seconds
    stern = time.monotonic() + seconds / 2
    while pids := list(_processes_in(folder, name)):
        wanted = signal.SIGQUIT if time.monotonic() < stern else signal.SIGKILL
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, wanted)
        if time.monotonic() > deadline:
            raise TimeoutError(f"processes {pids} do not end")
        time.sleep(0.05)


def _processes_in(folder: Path, name: str) -> Iterator[int]:
    # A zombie has no working directory any more, so it is not found: it holds nothing, its parent has yet to reap it.
    place = str(folder.resolve())
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == Path(place) and (entry / "comm").read_text().strip() == name:
                yield int(entry.name)
