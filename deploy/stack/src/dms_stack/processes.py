"""Start a server as a session of its own, stop it by its identity, weigh it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dms_stack.state import Process, session_members
from dms_standalone.errors import OperatorError
from dms_standalone.os_user import OsUser

# On one machine, a server that nobody waits for when an Antrag is accepted yields to those that somebody waits for;
# relays and consumers yield further, so that a search comes before the filing.
BEHIND_ACCEPTING = 10
_POLL_SECONDS = 0.05
_LOG_LIMIT_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Launch:
    """A server's program, where it runs, as whom (None: as who calls), and how far it yields to others (niceness)."""

    command: tuple[str, ...]
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: OsUser | None = None
    niceness: int = 0


def launch(order: Launch, *, version: str, port: int, state: Path, log: Path) -> None:
    """Start it; its state is written before it runs. Raises OperatorError when the program cannot be executed."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))
    text = {
        "command": order.command,
        "cwd": str(order.cwd),
        "environment": {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", **order.environment},
        "user": (order.user.uid, order.user.gid) if order.user else None,
        "niceness": order.niceness,
        "version": version,
        "port": port,
        "state": str(state),
        "log": str(log),
    }
    outcome = subprocess.run(
        [sys.executable, "-m", "dms_stack.launch"],
        input=json.dumps(text, default=str),
        text=True,
        capture_output=True,
        check=False,
    )
    if outcome.returncode:
        raise OperatorError(f"{order.command[0]} lässt sich nicht starten: {outcome.stderr.strip()}.")


def stop(process: Process, how: signal.Signals, *, seconds: float) -> None:
    """
    End that process, and after so many seconds its whole session without mercy; return when it is gone.

    A process that only has the same id is never touched.
    """
    if not process.runs():
        return
    os.kill(process.pid, how)
    if wait_for_end(process, seconds=seconds):
        return
    for member in session_members(process.pid):
        os.kill(member, signal.SIGKILL)
    wait_for_end(process, seconds=10.0)


def wait_for_end(process: Process, *, seconds: float) -> bool:
    """
    Say whether the process ends within so many seconds.

    A zombie has ended, but holds its id until it is reaped, which takes up to two seconds: it is waited for as well,
    because a server that starts meanwhile may take its predecessor for alive. One that nobody ever reaps is left.
    """
    deadline = time.monotonic() + seconds
    while process.exists():
        if time.monotonic() > deadline:
            return not process.runs()
        time.sleep(_POLL_SECONDS)
    return True


def memory_bytes(process: Process) -> int:
    """Return what a server and its descendants occupy; pages that they share count once."""
    return sum(_proportional(pid) for pid in session_members(process.pid)) if process.runs() else 0


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def listener(port: int) -> str | None:
    """Return the name and id of the process that listens on that port, as far as one may know, or None."""
    inodes = {
        fields[9]
        for table in ("tcp", "tcp6")
        for fields in map(str.split, Path(f"/proc/net/{table}").read_text().splitlines()[1:])
        if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port
    }
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for folder in Path("/proc").glob("[0-9]*/fd") if inodes else ():
        if wanted & set(_links(folder)):
            with contextlib.suppress(OSError):
                return f"{(folder.parent / 'comm').read_text().strip()}, Prozess {folder.parent.name}"
    return "ein fremder Prozess" if inodes else None


def _links(folder: Path) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for link in folder.iterdir():
            with contextlib.suppress(OSError):
                yield str(link.readlink())
