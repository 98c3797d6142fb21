"""Options of a stack of its own, and a server that needs no download."""

import os
import socket
import sys
import tempfile
from pathlib import Path

import pytest

from dms_stack.options import Options
from dms_stack.processes import Launch
from dms_stack.servers.base import NotReadyError, Server
from dms_stack.stack import NAMES, OPTIONAL
from dms_standalone.ports import free_port

_LISTEN = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    server.accept()[0].close()
"""

_APT = """#!/bin/sh
case "$(basename "$0") $*" in
    "apt-cache policy nonsense") ;;
    "apt-cache policy "*) printf 'it:\\n  Installed: (none)\\n  Candidate: 1.4+deb1\\n' ;;
    "apt-get install --simulate"*) printf 'Inst helper (1)\\nInst libscan1 (1)\\nInst scanner (1)\\n' ;;
    "apt-get "*download*) shift 3; for name in "$@"; do echo "$name" > "$name.deb"; done ;;
    "dpkg -x"*) mkdir -p "$3/usr"; cp "$2" "$3/usr/$(basename "$2")" ;;
esac
"""


@pytest.fixture
def data():
    # Not pytest's own folder: the unprivileged user of PostgreSQL has to pass.
    with tempfile.TemporaryDirectory(prefix="registratur-stack-") as name:
        Path(name).chmod(0o711)
        yield Path(name) / "data"


@pytest.fixture
def options(data, tmp_path):
    ports = {name: 20_000 + 1_500 * number for number, name in enumerate(NAMES + OPTIONAL)}
    return Options(
        data=data,
        cache=tmp_path / "cache",
        s3="seaweedfs",
        postgres="auto",
        java_home=None,
        mandanten=("dueren",),
        ports=ports,
    )


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


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """Put a package archive of our own in the place of the system's: it has every package but `nonsense`."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("apt-cache", "apt-get", "dpkg"):
        (programs / name).write_text(_APT)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
