"""A process refuses a schema that does not fit its code, in one sentence, before it serves or consumes anything."""

import asyncio
import contextlib
import signal
import socket
import subprocess
import time

import asyncpg
import httpx
import pytest

from dms_standalone import provision
from dms_standalone.errors import OperatorError
from dms_standalone.provision import SERVICES
from dms_standalone.services import containers

PROCESSES = [("api", "--port", "PORT"), ("relay",), ("consumers",), ("reap",), ("republish", "--group", "search")]
IDS = [process[0] for process in PROCESSES]


@pytest.fixture
def state_of():
    """Write the schema's state as another release would; everything is put back in the end."""
    changed = {}

    async def execute(urls, *statements):
        connection = await asyncpg.connect(urls.system.replace("+asyncpg", ""))
        try:
            return [await connection.fetchval(statement) for statement in statements]
        finally:
            await connection.close()

    def write(service, urls, *, revision=None, minimum=None):
        if service not in changed:
            changed[service] = urls, asyncio.run(execute(urls, f"SELECT version_num FROM {service}.alembic_version"))[0]
        if revision is not None:
            asyncio.run(execute(urls, f"UPDATE {service}.alembic_version SET version_num = '{revision:04}'"))
        if minimum is not None:
            table = f"{service}.alembic_min_code_version"
            asyncio.run(
                execute(urls, f"CREATE TABLE {table} (minimum integer)", f"INSERT INTO {table} VALUES ({minimum})")
            )

    yield write
    for service, (urls, revision) in changed.items():
        restore = f"UPDATE {service}.alembic_version SET version_num = '{revision}'"
        asyncio.run(execute(urls, restore, f"DROP TABLE IF EXISTS {service}.alembic_min_code_version"))


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def with_port(process, port):
    return [port if argument == "PORT" else argument for argument in process]


def assert_refused(outcome, sentence):
    assert outcome.returncode == 1
    assert outcome.stderr.startswith("Fehler: Das Datenbankschema ")
    assert sentence in outcome.stderr
    assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize("process", PROCESSES, ids=IDS)
def test_schema_older_than_the_code_is_refused(command_line, state_of, port, process):
    line = command_line("records")
    state_of("records", line.urls, revision=0)
    assert_refused(line(*with_port(process, port)), "hat den Stand 0000, dieses Programm braucht 0")
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", int(port)), timeout=1)


@pytest.mark.parametrize("process", PROCESSES, ids=IDS)
def test_schema_that_demands_newer_code_is_refused(command_line, state_of, port, process):
    line = command_line("records")
    state_of("records", line.urls, revision=9999, minimum=9999)
    assert_refused(line(*with_port(process, port)), "(Stand 9999) verlangt ein Programm ab Stand 9999")


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_refuses(command_line, state_of, service):
    line = command_line(service)
    state_of(service, line.urls, revision=0)
    assert_refused(line.from_scratch("relay"), f"`python -m dms_{service} migrate`")


@contextlib.contextmanager
def running(line, *arguments):
    process = subprocess.Popen(
        line.command(*arguments), env=line.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_newer_schema_that_only_expanded_is_served(command_line, state_of, port):
    line = command_line("workflow")
    state_of("workflow", line.urls, revision=9999, minimum=1)
    with running(line, "api", "--port", port) as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                assert httpx.get(f"http://127.0.0.1:{port}/health/ready").json()["status"]
                break
            time.sleep(0.1)
        else:
            pytest.fail(f"no answer, exit code {process.poll()}")


def test_older_code_migrates_nothing_and_says_so_only_when_it_may_not_run(command_line, state_of):
    line = command_line("workflow")
    state_of("workflow", line.urls, revision=9999)
    assert line("migrate").returncode == 0
    state_of("workflow", line.urls, minimum=9999)
    assert_refused(line("migrate"), "eine neuere Version starten")


@pytest.fixture
def embedded(service_urls, tmp_path):
    """The environment of the single process."""
    urls = {service: service_urls(service) for service in SERVICES}
    issuers = '{"http://127.0.0.1/x": "dueren"}'
    with provision.environment_of({**provision.environment(urls), "DMS_DATA": str(tmp_path), "DMS_ISSUERS": issuers}):
        yield urls


def test_single_process_refuses_before_it_is_built(embedded, state_of):
    state_of("search", embedded["search"], revision=0)

    async def build():
        async with containers():
            pytest.fail("built on a schema that is too old")

    with pytest.raises(OperatorError, match="Das Datenbankschema search hat den Stand 0000"):
        asyncio.run(build())


def test_single_process_refuses_to_migrate_what_demands_newer_code(embedded, state_of):
    state_of("search", embedded["search"], revision=9999, minimum=9999)
    with pytest.raises(OperatorError, match="eine neuere Version starten"):
        provision.migrate("search")
