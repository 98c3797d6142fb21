"""The servers of the real profile, started for tests, and what the product's settings and the tests call them."""

import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dms_stack.main import _options
from dms_stack.settings import Settings
from dms_stack.stack import NAMES, OPTIONAL
from dms_stack.state import read_state
from tests.harness.server import ROOT

# Where the running tests find what clients of the stack need, and the folder of the stack itself.
VARIABLE = "DMS_TEST_STACK"
FOLDER_VARIABLE = "DMS_TEST_STACK_FOLDER"
# First port of each server, and how far above it its further ones reach; the runner of OpenSearch allows at most 9299.
_RANGES = {
    "kafka": (19_100, 19_900, (0, 1)),
    "opensearch": (9_210, 9_299, (0, 99)),
    "keycloak": (17_000, 17_900, (0, 920)),
    "s3": (21_000, 21_900, tuple(range(8))),
    "postgres": (15_100, 15_900, (0,)),
    "clamd": (13_100, 13_900, (0,)),
}


@dataclass(frozen=True)
class TestStack:
    """A stack with its data below `data`, with its own ports (name → port) and one of the two S3 servers."""

    __test__ = False
    data: Path
    ports: Mapping[str, int]
    s3: str = "seaweedfs"

    def command(self, verb: str, *names: str) -> tuple[list[str], dict[str, str]]:
        """Return the words of a verb of the tool, and the environment that makes it work on this stack."""
        return [sys.executable, "-m", "dms_stack", verb, *names], {**os.environ, **self._settings()}

    def call(self, verb: str, *names: str, quiet: bool = False) -> int:
        """Run a verb of the tool as an operator does; returns its exit code."""
        command, environment = self.command(verb, *names)
        output = subprocess.DEVNULL if quiet else None
        return subprocess.run(command, cwd=ROOT, env=environment, stdout=output, check=False).returncode

    def run(self, module: str, *words: str, **settings: str) -> str:
        """Run a command of ours on this stack and return what it writes; settings of the caller stay outside."""
        inherited = {name: value for name, value in os.environ.items() if _is_of_a_stack(name)}
        outcome = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env={**inherited, **self._settings(), **settings},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return outcome.stdout

    def settings(self, *names: str) -> dict[str, str]:
        """Return what `python -m dms_stack env` says to whoever uses these servers, all without a name."""
        return dict(line.split("=", 1) for line in self.run("dms_stack", "env", *names).splitlines())

    def versions(self) -> dict[str, str]:
        """Return the version of each running server."""
        return {line.split()[0]: line.split()[1] for line in self.run("dms_stack", "status").splitlines()}

    def endpoints(self) -> dict[str, dict[str, str]]:
        """Return what clients need to reach each server."""
        known: dict[str, dict[str, str]] = json.loads((self.data / "stack/endpoints.json").read_text(encoding="utf-8"))
        return known

    def logs(self) -> list[Path]:
        """Return the files that the servers write their messages to."""
        return sorted((self.data / "stack").glob("*.log*"))

    def _settings(self) -> dict[str, str]:
        ports = {f"DMS_STACK_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        return {**ports, "DMS_DATA": str(self.data), "DMS_STACK_S3": self.s3}


def _is_of_a_stack(name: str) -> bool:
    return not name.startswith("DMS_") or name.startswith("DMS_STACK_")


def stack_on_free_ports(data: Path) -> TestStack:
    """Return a stack, not started yet, on ports that nobody uses now."""
    return TestStack(data, {name: free_port_between(*where) for name, where in _RANGES.items()})


def running_stack(data: Path) -> TestStack:
    """Return the stack that was started below that folder, with the ports that its servers were started on."""
    states = {name: read_state(data / "stack" / f"{name}.json") for name in NAMES + OPTIONAL}
    ports = {name: state.port for name, state in states.items() if state is not None}
    return TestStack(data, ports)


def free_port_between(first: int, last: int, offsets: tuple[int, ...]) -> int:
    """Return a port below `last` that is free like all those so many above it."""
    for port in random.sample(range(first, last), last - first):
        if all(_is_free(port + offset) for offset in offsets):
            return port
    raise SystemExit(f"no free port between {first} and {last}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def addresses(endpoints: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the environment by which tests marked `real` find these servers."""
    s3, keycloak = endpoints["s3"], endpoints["keycloak"]
    return {
        VARIABLE: json.dumps(endpoints),
        "DMS_TEST_KAFKA": endpoints["kafka"]["bootstrap"],
        "DMS_TEST_OPENSEARCH": endpoints["opensearch"]["url"],
        "DMS_TEST_KEYCLOAK": with_user(keycloak["url"], keycloak["admin"], keycloak["admin_password"]),
        "DMS_TEST_S3": with_user(s3["url"], s3["access_key"], s3["secret_key"]),
        "DMS_TEST_CLAMD": endpoints["clamd"]["address"],
    }


def with_user(url: str, user: str, password: str) -> str:
    """Put a user's name and password into a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{user}:{password}@{parts.netloc}"


def is_cached(server: str) -> bool:
    """Say whether that server was built or fetched before."""
    return any(_options(Settings()).cache.glob(f"{server}-*"))
