"""Two stacks on one machine at once, each with a data folder and ports of its own."""

import asyncio
import shutil
from collections.abc import Iterator, Mapping

import asyncpg
import pytest
from minio import Minio
from minio.error import S3Error

from tests.harness.server import fresh_folder
from tests.harness.stack import TestStack, stack_on_free_ports

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]
# Those two, for all six would need the memory twice; what keeps them apart is the same for each server.
LIGHT = ("s3", "postgres")
NAME = "nebenan"


@pytest.fixture
def second() -> Iterator[TestStack]:
    """A further stack, not started yet."""
    folder = fresh_folder("registratur-second-")
    made = stack_on_free_ports(folder / "data")
    try:
        yield made
    finally:
        made.call("down", quiet=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.port("stack", "two at once")
def test_two_stacks_share_nothing_and_one_ends_alone(stack: TestStack, second: TestStack) -> None:
    assert second.call("up", *LIGHT, quiet=True) == 0
    ours, theirs = stack.endpoints(), second.endpoints()
    for name in LIGHT:
        assert ours[name]["url"] != theirs[name]["url"]
    _client(theirs).make_bucket(NAME)
    assert not _client(ours).bucket_exists(NAME)
    with pytest.raises(S3Error):
        _client({"s3": {**theirs["s3"], "secret_key": ours["s3"]["secret_key"]}}).list_buckets()
    asyncio.run(_execute(theirs, f"CREATE DATABASE {NAME}"))
    assert NAME in asyncio.run(_databases(theirs))
    assert NAME not in asyncio.run(_databases(ours))

    before = stack.run("dms_stack", "status", *LIGHT)
    assert second.call("down", quiet=True) == 0
    assert second.call("status", *LIGHT, quiet=True) == 3
    assert _processes(stack.run("dms_stack", "status", *LIGHT)) == _processes(before)


def _client(endpoints: Mapping[str, Mapping[str, str]]) -> Minio:
    s3 = endpoints["s3"]
    address = s3["url"].removeprefix("http://")
    return Minio(address, access_key=s3["access_key"], secret_key=s3["secret_key"], secure=False, region="us-east-1")


def _processes(status: str) -> list[list[str]]:
    """Return name, version, port and process of each line, without the memory."""
    return [line.split()[:4] for line in status.splitlines()]


async def _execute(endpoints: Mapping[str, Mapping[str, str]], statement: str) -> None:
    connection = await asyncpg.connect(endpoints["postgres"]["url"])
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _databases(endpoints: Mapping[str, Mapping[str, str]]) -> set[str]:
    connection = await asyncpg.connect(endpoints["postgres"]["url"])
    try:
        return {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
    finally:
        await connection.close()
