"""
`python -m dms_stack.launch`: turn into a server that outlives who started it.

A fresh interpreter, because forking a process with threads is unsafe. It leaves its parent, so the server is a child of
the system's first process and never a zombie of ours; it leads a session, so that its descendants are found; and it
writes its own state before it becomes the server, so no server runs that no file names.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from dms_kit.process import yield_processor
from dms_stack.state import ServerState, started, write_state


def main() -> int:
    """Read the order from standard input; return 0 once the server's program has taken over."""
    order = json.load(sys.stdin)
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        with open(reader, encoding="utf-8") as answer:  # noqa: PTH123 - a descriptor, not a path
            refusal = answer.read()
        print(refusal, file=sys.stderr, end="")
        return 1 if refusal else 0
    os.close(reader)
    os.setsid()
    try:
        _become(order)
    except OSError as error:
        os.write(writer, str(error).encode())
    os._exit(127)


def _become(order: dict[str, Any]) -> None:
    pid = os.getpid()
    state = ServerState(version=order["version"], port=order["port"], pid=pid, started=started(pid) or "")
    write_state(Path(order["state"]), state)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.umask(0o077)
    if order["niceness"]:
        yield_processor(order["niceness"])
    # Python ignores it, and what is ignored stays so in the next program.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if order["user"] is not None:
        uid, gid = order["user"]
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.chdir(order["cwd"])
    for target, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, target)
    os.execve(order["command"][0], order["command"], order["environment"])  # noqa: S606 - no shell wanted


if __name__ == "__main__":
    sys.exit(main())
