"""`run` as an operator sees it: one process to start, nothing left when it ends."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from dms_standalone.os_user import unprivileged_user
from dms_standalone.ports import free_port
from dms_standalone.postgres import wheel_binaries

_USER = unprivileged_user()
pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(
        _USER is not None and _USER.can_use(wheel_binaries() / "postgres") is not None,
        reason="the environment lies where the unprivileged user of PostgreSQL cannot reach it",
    ),
]


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="registratur-run-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name) / "run"


def _start(folder, port, **variables):
    environment = {**os.environ, "DMS_DATA": str(folder), "DMS_PORT": str(port), **variables}
    return subprocess.Popen(
        [sys.executable, "-m", "dms_standalone", "run"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _ready(process, port):
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ready"):
            assert httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).status_code == 200
            return "".join(said)
    raise AssertionError("".join(said))


def _processes_of(folder):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(folder).encode() in words and int(entry.name) != os.getpid():
                found.append(int(entry.name))
    return found


@contextmanager
def _ended(process):
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def test_run_serves_survives_kill_and_leaves_nothing(folder):
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    with _ended(_start(folder, port)) as first:
        said = _ready(first, port)
        assert origin in said
        eingangsnummer = _paste(said)
        second = _start(folder, free_port())
        with _ended(second):
            assert second.wait(30) == 1
            assert str(folder) in second.stdout.read()
        workers = _workers(first)
        os.kill(workers, signal.SIGKILL)
        _until(lambda: _workers(first) not in {None, workers})
        first.kill()
        first.wait()
    time.sleep(0.5)
    with _ended(_start(folder, port)) as again:
        _ready(again, port)
        assert _paste(said, Path(folder.parent)) != eingangsnummer
        started = time.monotonic()
        again.send_signal(signal.SIGTERM)
        assert again.wait(10) == 0
        assert time.monotonic() - started < 10
    assert _processes_of(folder) == []


def test_relays_and_consumers_apart_are_kept_running_and_leave_nothing(folder):
    port = free_port()
    with _ended(_start(folder, port, DMS_WORKERS="apart")) as run:
        said = _ready(run, port)
        killed = _child(run, "dms_records", "consumers")
        os.kill(killed, signal.SIGKILL)
        assert _paste(said)
        _until(lambda: _child(run, "dms_records", "consumers") not in {None, killed})
        _until(lambda: _filed(folder, port))
        run.send_signal(signal.SIGTERM)
        assert run.wait(10) == 0
    assert _processes_of(folder) == []


def _filed(folder, port):
    """Ask by a command of ingest alone, with the settings that `env` prints, whether the Antrag was filed."""
    environment = {**os.environ, "DMS_DATA": str(folder), "DMS_PORT": str(port)}
    printed = subprocess.run(
        [sys.executable, "-m", "dms_standalone", "env"], env=environment, capture_output=True, text=True, check=True
    )
    settings = dict(line.split("=", 1) for line in printed.stdout.splitlines())
    assert json.loads(settings["DMS_ISSUERS"]) == {f"http://127.0.0.1:{port}/oidc/dueren": "dueren"}
    words = f"env $({sys.executable} -m dms_standalone env) {sys.executable} -m dms_records dead-letters list --json"
    listed = subprocess.run(["bash", "-c", words], env=environment, capture_output=True, text=True, check=True)
    assert listed.stdout.strip() in {"", "[]"}
    return asyncio.run(_count(settings["DMS_RECORDS_SYSTEM_DATABASE_URL"])) == 1


async def _count(url):
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval("SELECT count(*) FROM records.vorgang")
    finally:
        await connection.close()


def _child(supervisor, *words):
    for child in psutil.Process(supervisor.pid).children():
        # Killed a moment ago, it may be a zombie, which has no command line.
        with suppress(psutil.Error):
            if set(words) <= set(child.cmdline()):
                return child.pid
    return None


def _workers(supervisor):
    return _child(supervisor, "workers")


def _paste(said, folder=None):
    """Run what the banner offers for copying, in a shell, and return the Eingangsnummer of the answer."""
    script = said[said.index("TOKEN=") : said.index("Ready")].replace("An application with a file:", "")
    answer = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, cwd=folder)
    return re.search(r'"eingangsnummer":"([^"]+)"', answer.stdout)[1]


def _until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_occupied_port_ends_the_start_before_anything_runs(folder):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with _ended(_start(folder, port)) as process:
            assert process.wait(30) == 1
            assert f"Port {port} is not free" in process.stdout.read()
    assert not (folder / "postgres").exists()


def test_production_without_an_issuer_is_refused(folder):
    with _ended(_start(folder, free_port(), DMS_ENVIRONMENT="production")) as process:
        assert process.wait(30) == 1
        assert "DMS_ISSUERS" in process.stdout.read()
    assert not (folder / "postgres").exists()


@pytest.mark.parametrize("verb", ["run", "workers", "demo", "reindex"])
def test_every_verb_explains_itself(verb):
    answer = subprocess.run(
        [sys.executable, "-m", "dms_standalone", verb, "--help"], capture_output=True, text=True, check=True
    )
    assert "usage" in answer.stdout


def test_broken_setting_is_said_in_one_line(folder):
    with _ended(_start(folder, "eighty")) as process:
        assert process.wait(30) == 1
        assert process.stdout.read().startswith("Registratur: setting port:")
