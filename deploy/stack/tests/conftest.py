"""Options of a stack of its own, and a server that needs no download."""

import socket
import sys
import tempfile
from pathlib import Path

import pytest

from dms_stack.options import Options
from dms_stack.processes import Launch
from dms_stack.servers.base import NotReadyError, Server
from dms_stack.stack import NAMES
from dms_standalone.ports import free_port

_LISTEN = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    server.accept()[0].close()
"""


@pytest.fixture
def data():
    # Not pytest's own folder: the unprivileged user of PostgreSQL has to pass.
    with tempfile.TemporaryDirectory(prefix="registratur-stack-") as name:
        Path(name).chmod(0o711)
        yield Path(name) / "data"


@pytest.fixture
def options(data, tmp_path):
    ports = {name: 20_000 + 1_500 * number for number, name in enumerate(NAMES)}
    return Options(data=data, cache=tmp_path / "cache", s3="seaweedfs", postgres="auto", java_home=None, ports=ports)


class StubServer(Server):
    """Listens, and is ready when one can connect."""

    name = "kafka"
    program = _LISTEN
    stop_seconds = 2.0
    ready_seconds = 20.0
    version = "1.0"

    def install(self):
        self.folder.mkdir(parents=True, exist_ok=True)

    def prepare(self):
        return Launch(command=(sys.executable, "-c", self.program, str(self.port)), cwd=self.folder)

    def check(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1.0).close()
        except OSError as error:
            raise NotReadyError(str(error)) from error

    def endpoint(self):
        return {"address": self.address}


@pytest.fixture
def stub():
    return StubServer


@pytest.fixture
def stub_options(options):
    ports = {**options.ports, "kafka": free_port(), "s3": free_port()}
    return Options(**{**vars(options), "ports": ports})
