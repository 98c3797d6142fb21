"""The child processes of `run`: started, watched, restarted, ended."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import structlog

from dms_kit.process import yield_processor
from dms_standalone.ports import free_port
from dms_standalone.processes import die_with_parent

# Accepting wins over filing, and over the servers that it does not wait for.
NICENESS = 19
_POLL_SECONDS = 0.1
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_STEADY_SECONDS = 60.0

log = structlog.get_logger()


class Child:
    """
    Keeps `python -m <words>` running; its settings are those of this process's environment.

    The child has a session of its own, so that Ctrl-C reaches the supervisor alone, and dies with its supervisor.
    `name` tells it from its siblings, after a restart too; its messages go to `output`. Start it from the main thread.
    """

    def __init__(self, name: str, words: tuple[str, ...], output: Path | None = None) -> None:
        self.name = name
        self.metrics_port: int | None = None
        self._command = [sys.executable, "-m", *words]
        self._output = output
        self._process: subprocess.Popen[bytes] | None = None

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
                if not self.pid:
                    self.start()
                self.set_to_work()
                while self.pid and not stop.is_set():
                    await _wait(stop, _POLL_SECONDS)
                if stop.is_set():
                    return
                code = self._process.returncode if self._process else None
                log.error("child.ended", child=self.name, code=code, pause=pause)
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

    def start(self) -> None:
        """Start the process."""
        self.metrics_port = free_port()
        die = die_with_parent(signal.SIGKILL)

        def before_exec() -> None:
            die()
            yield_processor(NICENESS)

        output = self._output.open("ab") if self._output else subprocess.DEVNULL
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own modules
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **self.settings()},
                start_new_session=True,
                preexec_fn=before_exec,  # noqa: PLW1509 - it only makes system calls
            )
        finally:
            if not isinstance(output, int):
                output.close()

    def set_to_work(self) -> None:
        """Tell a child that waits for it what to do; this kind does not wait."""

    def settings(self) -> Mapping[str, str]:
        """Return what is this child's alone: its port of metrics, and its name among the members of a group."""
        return {"DMS_METRICS_PORT": str(self.metrics_port), "DMS_KAFKA_INSTANCE": f"run-{self.name}"}

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


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
