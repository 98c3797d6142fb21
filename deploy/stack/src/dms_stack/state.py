"""Which process a server is: its id alone says nothing, because the system gives it to another one day."""

import json
import signal
from dataclasses import asdict, dataclass
from pathlib import Path

_PROC = Path("/proc")
_BOOT = _PROC / "sys/kernel/random/boot_id"
# Counted from what follows the name in parentheses, which may hold blanks itself: state, parent, group, session …
_STATE, _SESSION, _FLAGS, _START_TICKS = 0, 3, 6, 19
_EXITING = 0x4
_SIGKILL = 1 << (signal.SIGKILL - 1)


@dataclass(frozen=True)
class Process:
    """A process, told apart from any later one with the same id by the moment of its start in ticks and the boot."""

    pid: int
    started: str

    def exists(self) -> bool:
        """Say whether it is there, be it as a zombie that nobody has reaped yet."""
        return started(self.pid) == self.started

    def runs(self) -> bool:
        """Say whether it is there and will go on: a zombie or one that is being killed will not."""
        return self.exists() and not _is_ending(self.pid)


@dataclass(frozen=True)
class ServerState:
    """What the file of a server says that was started."""

    version: str
    port: int
    pid: int
    started: str

    @property
    def process(self) -> Process:
        """Return the process that was started."""
        return Process(self.pid, self.started)


def started(pid: int) -> str | None:
    """Return what tells the process of that id apart from all others, or None when there is none."""
    fields = _fields(pid)
    return f"{_BOOT.read_text().strip()}:{fields[_START_TICKS]}" if fields else None


def session_members(leader: int) -> list[int]:
    """Return the living processes of the session that this process leads, itself among them."""
    pids = [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    fields = {pid: _fields(pid) for pid in pids}
    return [pid for pid in pids if fields[pid] and fields[pid][_STATE] != "Z" and int(fields[pid][_SESSION]) == leader]


def read_state(file: Path) -> ServerState | None:
    """Return what was started last, or None; a file that cannot be understood counts as none."""
    try:
        return ServerState(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_state(file: Path, state: ServerState) -> None:
    """Write the file whole or not at all."""
    fresh = file.with_name(file.name + ".new")
    fresh.write_text(json.dumps(asdict(state)), encoding="utf-8")
    fresh.replace(file)


def _is_ending(pid: int) -> bool:
    fields = _fields(pid)
    if not fields or fields[_STATE] in "ZX" or int(fields[_FLAGS]) & _EXITING:
        return True
    # kill -9 returns before the process has noticed; for a moment it looks alive and even accepts connections.
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return True
    return any(int(line.split()[1], 16) & _SIGKILL for line in lines if line.startswith(("SigPnd:", "ShdPnd:")))


def _fields(pid: int) -> list[str]:
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
