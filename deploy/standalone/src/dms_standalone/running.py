"""A server for a command: the one that runs on DMS_PORT, or one of the command's own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx

from dms_standalone.errors import OperatorError
from dms_standalone.options import Options
from dms_standalone.processes import die_with_parent

_READY_SECONDS = 120.0
_END_SECONDS = 15.0


@contextmanager
def running_server(options: Options) -> Iterator[str]:
    """Give the URL of a ready server; one that is started for this is stopped afterwards."""
    url = options.url(options.port)
    if _status(url) is not None:
        _wait_until_ready(url, None)
        yield url
        return
    print(f"No server on {url}: starting one …", flush=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "dms_standalone", "run"],
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - nothing else runs in this process yet
    )
    try:
        _wait_until_ready(url, process)
        yield url
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
        if process.poll() is None:
            process.kill()
            process.wait()


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes] | None") -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while _status(url) != 200:
        if process is not None and process.poll() is not None:
            raise OperatorError("The server did not start; it said why above.")
        if time.monotonic() > deadline:
            raise OperatorError(f"The server on {url} does not become ready: see its logs, or choose another DMS_PORT.")
        time.sleep(0.2)


def _status(url: str) -> int | None:
    try:
        return httpx.get(f"{url}/health/ready", timeout=5.0, trust_env=False).status_code
    except httpx.ConnectError:
        return None
    except httpx.HTTPError:
        return 0
