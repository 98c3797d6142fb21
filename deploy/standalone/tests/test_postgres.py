"""Life and death of the embedded PostgreSQL."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg
import pytest

from dms_standalone.errors import OperatorError
from dms_standalone.os_user import OsUser, unprivileged_user
from dms_standalone.postgres import PostgresServer, refuse_unreachable
from dms_standalone.processes import _processes_in

_FAST = {"fsync": "off", "shared_buffers": "16MB"}
_SUPERVISOR = """
import sys, time
from pathlib import Path
from dms_standalone.postgres import PostgresServer
server = PostgresServer(Path(sys.argv[1]), "test", binaries=Path(sys.argv[2]), settings={"fsync": "off"})
server.start()
print(server.superuser_url, server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def binaries(postgres_server):
    return postgres_server._binaries


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="registratur-pg-") as name:
        Path(name).chmod(0o711)
        yield Path(name) / "postgres"


async def _query(url, statement):
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def _supervisor(folder, binaries):
    process = subprocess.Popen(
        [sys.executable, "-c", _SUPERVISOR, str(folder), str(binaries)], stdout=subprocess.PIPE, text=True
    )
    url, pid = process.stdout.readline().split()
    process.stdout.close()
    return process, url, int(pid)


async def test_stop_leaves_no_process_and_a_second_start_keeps_the_data(folder, binaries):
    server = PostgresServer(folder, "test", binaries=binaries, settings=_FAST)
    server.start()
    await _query(server.superuser_url, "CREATE TABLE kept AS SELECT 7 AS value")
    server.stop()
    assert not list(_processes_in(folder / "data", "postgres"))
    server.start()
    try:
        assert await _query(server.superuser_url, "SELECT value FROM kept") == 7
        assert await _query(server.superuser_url, "SHOW data_checksums") == "on"
        assert await _query(server.superuser_url, "SHOW max_connections") == "200"
    finally:
        server.stop()


async def test_nobody_enters_without_the_password(postgres_server):
    with pytest.raises(asyncpg.InvalidPasswordError):
        await _query(postgres_server.superuser_url.replace(":test@", ":wrong@"), "SELECT 1")


async def test_server_dies_with_a_killed_supervisor_and_starts_again_half_a_second_later(folder, binaries):
    supervisor, url, _ = _supervisor(folder, binaries)
    await _query(url, "CREATE TABLE kept AS SELECT 7 AS value")
    supervisor.kill()
    supervisor.wait()
    await asyncio.sleep(0.5)
    assert not list(_processes_in(folder / "data", "postgres"))
    again, url, _ = _supervisor(folder, binaries)
    assert await _query(url, "SELECT value FROM kept") == 7
    again.kill()
    again.wait()


async def test_start_works_after_everything_was_killed(folder, binaries):
    supervisor, url, pid = _supervisor(folder, binaries)
    await _query(url, "CREATE TABLE kept AS SELECT 7 AS value")
    for victim in (supervisor.pid, pid):
        os.kill(victim, signal.SIGKILL)
    supervisor.wait()
    await asyncio.sleep(0.5)
    again, url, _ = _supervisor(folder, binaries)
    assert await _query(url, "SELECT value FROM kept") == 7
    again.kill()
    again.wait()


async def test_orphan_on_the_own_data_is_ended(folder, binaries):
    server = PostgresServer(folder, "test", binaries=binaries, settings=_FAST)
    server.start()
    orphan = server.pid
    second = PostgresServer(folder, "test", binaries=binaries, settings=_FAST)
    second.start()
    try:
        assert server.pid is None
        assert second.pid != orphan
        assert await _query(second.superuser_url, "SELECT 1") == 1
    finally:
        second.stop()


def test_a_place_that_the_unprivileged_user_cannot_reach_is_said_with_the_remedy(folder):
    stranger = OsUser("stranger", 61_234, 61_234)
    closed = folder.parent / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(OperatorError, match=rf"stranger.*chmod o\+x {closed}"):
        refuse_unreachable(stranger, closed / "bin", folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes the user")
def test_root_runs_the_server_as_an_unprivileged_user(postgres_server):
    user = unprivileged_user()
    status = Path(f"/proc/{postgres_server.pid}/status").read_text()
    assert f"Uid:\t{user.uid}\t{user.uid}" in status
    assert "Groups:\t \n" in status


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes the user")
def test_nothing_is_started_or_created_in_a_closed_folder(tmp_path, binaries):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(OperatorError, match="DMS_DATA"):
        PostgresServer(closed / "postgres", "test", binaries=binaries, settings=_FAST).start()
    assert not list(closed.iterdir())
