"""PostgreSQL and SeaweedFS as they are: killed and started again, nothing lost."""

import asyncio
import io
import os
import signal

import asyncpg
import pytest
from minio import Minio

from dms_stack.main import _options
from dms_stack.options import Options
from dms_stack.settings import Settings
from dms_stack.stack import Stack
from dms_standalone.ports import is_free

pytestmark = [
    pytest.mark.real,
    pytest.mark.port("stack", "SeaweedFS, PostgreSQL"),
    pytest.mark.skipif(not os.environ.get("DMS_REQUIRE_REAL"), reason="DMS_REQUIRE_REAL=1 asks for real servers"),
    pytest.mark.timeout(400),
]


def _span(first):
    while not all(is_free(first + distance) for distance in range(8)):
        first += 8
    return first


@pytest.fixture
def stack(options):
    ports = {**options.ports, "s3": _span(21_000), "postgres": _span(22_000)}
    stack = Stack(Options(**{**vars(options), "cache": _options(Settings()).cache, "ports": ports}))
    yield stack
    stack.down(["s3", "postgres"])


@pytest.mark.parametrize(("user", "patience"), [("postgres", "30s"), ("keycloak", "10min"), ("seaweedfs", "10min")])
def test_a_slow_start_of_another_server_is_not_taken_for_a_forgotten_transaction(stack, user, patience):
    stack.up(["postgres"])
    server = stack._servers["postgres"]

    async def setting():
        password = server.context.password(user)
        connection = await asyncpg.connect(f"postgresql://{user}:{password}@{server.address}/postgres", timeout=60)
        try:
            return await connection.fetchval("SHOW idle_in_transaction_session_timeout")
        finally:
            await connection.close()

    assert asyncio.run(setting()) == patience


def test_scanner_that_was_killed_is_started_again(options):
    ports = {**options.ports, "clamd": _span(23_000)}
    stack = Stack(Options(**{**vars(options), "cache": _options(Settings()).cache, "ports": ports}))
    try:
        stack.up(["clamd"])
        [before] = stack.status(["clamd"])
        os.kill(before.pid, signal.SIGKILL)
        stack.up(["clamd"])
        [after] = stack.status(["clamd"])
        assert after.pid not in {None, before.pid}
    finally:
        stack.down(["clamd"])


def _pids(stack):
    return {status.name: status.pid for status in stack.status(["s3", "postgres"])}


def _client(stack):
    told = stack._servers["s3"].endpoint()
    address = told["url"].removeprefix("http://")
    return Minio(
        address, access_key=told["access_key"], secret_key=told["secret_key"], secure=False, region=told["region"]
    )


def test_store_keeps_what_it_acknowledged_when_both_servers_are_killed(stack):
    stack.up(["s3"])
    before = _pids(stack)
    client = _client(stack)
    written = {f"k/{number}": os.urandom(20_000) for number in range(20)}
    for key, body in written.items():
        client.put_object("registratur", key, io.BytesIO(body), len(body))
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    stack.up(["s3"])
    after = _pids(stack)
    assert None not in after.values()
    assert not set(after.values()) & set(before.values())
    client = _client(stack)
    for key, body in written.items():
        answer = client.get_object("registratur", key)
        assert answer.read() == body
        answer.close()
        answer.release_conn()
    stack.up(["s3", "postgres"])
    assert _pids(stack) == after


def test_down_ends_both_and_a_next_start_finds_the_objects(stack):
    stack.up(["s3"])
    _client(stack).put_object("registratur", "kept", io.BytesIO(b"kept"), 4)
    stack.down(["s3", "postgres"])
    assert _pids(stack) == {"s3": None, "postgres": None}
    stack.up(["s3"])
    assert _client(stack).stat_object("registratur", "kept").size == 4
