"""Installations on the servers of a real stack, which `python -m tests.real` starts."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dms_kit.testing.real import real_server
from tests.harness.real import RealServers
from tests.harness.server import Server
from tests.harness.stack import TestStack, running_stack


@pytest.fixture(scope="session")
def real_servers() -> RealServers:
    return RealServers(json.loads(real_server("stack")))


@pytest.fixture(scope="session")
def stack() -> TestStack:
    """The stack itself, for tests that kill a server; each of them leaves all servers running."""
    return running_stack(Path(real_server("stack_folder")))


@pytest.fixture(scope="module")
def installation(real_servers: RealServers, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A ready server that uses the servers named by the parameter (a tuple), and is embedded in everything else."""
    names: tuple[str, ...] = request.param
    server = real_servers.installed(names)
    try:
        yield server.start(ready_within=300)
    finally:
        server.remove()
