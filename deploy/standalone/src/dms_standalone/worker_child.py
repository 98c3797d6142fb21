"""The one child process of all relays and consumers, which loads its code while the database comes up."""

import contextlib
import json
import os
import subprocess

from dms_standalone.child import Child
from dms_standalone.ports import free_port

PARENT = "DMS_SUPERVISOR_PID"


class WorkerChild(Child):
    """Keeps `python -m dms_standalone workers` running: accepting goes on while filing restarts."""

    def __init__(self) -> None:
        super().__init__("workers", ("dms_standalone", "workers"))
        self._is_working = False

    def start(self) -> None:
        """Start the process; it loads its code and waits for its settings."""
        self._is_working = False
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            self._command,
            stdin=subprocess.PIPE,
            env={**os.environ, PARENT: str(os.getpid())},
            start_new_session=True,
        )

    def set_to_work(self) -> None:
        """Give it its settings by pipe: a start knows them only when the database is there."""
        if self._is_working or self._process is None or self._process.stdin is None:
            return
        self.metrics_port = free_port()
        settings = {name: value for name, value in os.environ.items() if name.startswith("DMS_")}
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps({**settings, **self.settings()}).encode())
            self._process.stdin.close()
        self._is_working = True
