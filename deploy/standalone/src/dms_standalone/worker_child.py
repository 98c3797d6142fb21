"""The child process of relays and consumers: started, watched, restarted, ended."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time

import structlog

from dms_standalone.ports import free_port

_POLL_SECONDS = 0.1
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_STEADY_SECONDS = 60.0
PARENT = "DMS_SUPERVISOR_PID"

log = structlog.get_logger()


class WorkerChild:
    """
    Keeps `python -m dms_standalone workers` running: accepting goes on while filing restarts.

    The child has a session of its own, so that Ctrl-C reaches the supervisor alone, and asks the kernel to be killed
    with its parent.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_working = False
        self.metrics_port: int | None = None

    @property
    def pid(self) -> int:
        """Return the process id, 0 while none runs."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    async def run(self, stop: asyncio.Event) -> None:
        """Start the child again whenever it ends, with growing pauses, until `stop` is set; then end it."""
        pause = _FIRST_PAUSE
        try:
            while not stop.is_set():
                started = time.monotonic()
                if self._process is None or self._process.poll() is not None:
                    self.start()
                self._set_to_work()
                await self._ended(stop)
                if stop.is_set():
                    return
                log.error("workers.ended", code=self._process.returncode if self._process else None, pause=pause)
                await _wait(stop, pause)
                steady = time.monotonic() - started > _STEADY_SECONDS
                pause = _FIRST_PAUSE if steady else min(pause * 2, _LONGEST_PAUSE)
        finally:
            await self._end()

    def kill(self) -> None:
        """End the child at once; whatever it was doing comes again."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def _end(self, *, seconds: float = 3.0) -> None:
        process, deadline = self._process, time.monotonic() + seconds
        if process is None or process.poll() is not None:
            return
        process.terminate()
        while process.poll() is None:
            if time.monotonic() > deadline:
                process.kill()
                process.wait()
            await asyncio.sleep(_POLL_SECONDS / 2)

    def start(self) -> None:
        """Start the process; it loads its code and waits for its settings."""
        self._is_working = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dms_standalone", "workers"],
            stdin=subprocess.PIPE,
            env={**os.environ, PARENT: str(os.getpid())},
            start_new_session=True,
        )

    def _set_to_work(self) -> None:
        # By pipe, not by environment: the passwords stay out of /proc.
        if self._is_working or self._process is None or self._process.stdin is None:
            return
        self.metrics_port = free_port()
        settings = {name: value for name, value in os.environ.items() if name.startswith("DMS_")}
        settings["DMS_METRICS_PORT"] = str(self.metrics_port)
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(settings).encode())
            self._process.stdin.close()
        self._is_working = True

    async def _ended(self, stop: asyncio.Event) -> None:
        while self.pid and not stop.is_set():
            await _wait(stop, _POLL_SECONDS)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
