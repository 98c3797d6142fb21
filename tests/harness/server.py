"""`python -m dms_standalone run` as a child of the test, in a data folder and on a port of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).parents[2]
SECOND_MANDANT = "nachbarstadt"
_PUBLISHED = ("DMS_", "REGISTRATUR_")


def fresh_folder(prefix: str = "registratur-") -> Path:
    """Return a new folder which the unprivileged user of PostgreSQL may enter."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o711)
    return folder


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def second_municipality(folder: Path) -> Path:
    """Write the demo municipality a second time, under the name of its neighbour."""
    demo = (ROOT / "deploy/demo/dueren.yaml").read_text(encoding="utf-8")
    neighbour = demo.replace("schluessel: dueren", f"schluessel: {SECOND_MANDANT}").replace("Düren", "Nachbarstadt")
    file = folder / f"{SECOND_MANDANT}.yaml"
    file.write_text(neighbour, encoding="utf-8")
    return file


class Server:
    """One installation; `data` outlives its processes until `remove`."""

    def __init__(self, *, data: Path | None = None, port: int | None = None, **environment: str) -> None:
        self.data = data or fresh_folder() / "data"
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.data.parent / "run.log"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def environment(self) -> Mapping[str, str]:
        """Return the environment of the server: nothing of ours but what the test sets."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_PUBLISHED)}
        own = {"DMS_DATA": str(self.data), "DMS_PORT": str(self.port), "DMS_TOKEN_SECONDS": "3600"}
        return {**inherited, **own, **self._environment}

    def start(self, *, ready_within: float = 90) -> "Server":
        """Start and wait until the origin says that it is ready."""
        self.spawn()
        self.wait_ready(ready_within)
        return self

    def spawn(self) -> None:
        """Start without waiting, as leader of a process group of its own."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dms_standalone", "run"],
                cwd=ROOT,
                env=dict(self.environment()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, seconds: float) -> float:
        """Return after how many seconds /health/ready answered 200."""
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            code = self.process.poll()
            if code is not None:
                raise AssertionError(f"the server ended with {code}:\n{self.said()}")
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200:
                    return time.monotonic() - started
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"not ready after {seconds} s:\n{self.said()}")

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """Return the supervisor's process."""
        assert self._process is not None
        return self._process

    def said(self) -> str:
        """Return the end of what the server wrote to its terminal."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:] if self.log.exists() else ""

    def family(self) -> list[psutil.Process]:
        """Return the supervisor and everything that descends from it."""
        try:
            leader = psutil.Process(self.process.pid)
            return [leader, *leader.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def stop(self, seconds: float = 10) -> float:
        """Send SIGTERM; return after how many seconds the supervisor had ended."""
        if self._process is None or self._process.poll() is not None:
            return 0.0
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        finally:
            self.kill()
        return time.monotonic() - started

    def kill(self) -> list[psutil.Process]:
        """Kill the whole family with SIGKILL at one moment; return those that it hit."""
        family = self.family()
        hit = []
        for member in family:
            try:
                member.send_signal(signal.SIGKILL)
                hit.append(member)
            except psutil.NoSuchProcess:
                pass
        self.process.wait(10)
        return hit

    def remove(self) -> None:
        """End what still runs and delete the folder."""
        if self._process is not None:
            self.stop(60)
        shutil.rmtree(self.data.parent, ignore_errors=True)
