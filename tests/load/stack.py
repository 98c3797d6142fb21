"""Servers of the real profile that belong to one run alone: in a folder and on ports of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dms_standalone.ports import is_free
from tests.harness.server import ROOT

# First port of each server beside the usual ones, and how far above it the server takes further ones.
_PORTS: Mapping[str, tuple[int, Sequence[int]]] = {
    "kafka": (19_200, (0, 1)),
    "opensearch": (9_210, (0, 99)),
    "keycloak": (8_210, (0, 920)),
    "s3": (18_400, range(8)),
    "postgres": (15_500, (0,)),
}


class OwnStack:
    """What `python -m dms_stack` does for an operator; `data` is the folder of the installation that uses it."""

    def __init__(self, data: Path) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DMS_")}
        stack = {name: value for name, value in os.environ.items() if name.startswith("DMS_STACK_")}
        self._environment = {**_ports(), **inherited, **stack, "DMS_DATA": str(data)}

    def up(self, *names: str) -> dict[str, str]:
        """Start these servers, all without a name; return the settings of whoever uses them."""
        self.run("dms_stack", "up", *names)
        return dict(line.split("=", 1) for line in self.run("dms_stack", "env", *names).splitlines())

    def versions(self) -> dict[str, str]:
        """Return the version of each server."""
        return {line.split()[0]: line.split()[1] for line in self.run("dms_stack", "status").splitlines()}

    def down(self) -> None:
        """End them all."""
        self.run("dms_stack", "down")

    def run(self, *words: str, **settings: str) -> str:
        """Run a command of ours and return what it writes; its complaints go to the terminal."""
        outcome = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env={**self._environment, **settings},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return outcome.stdout


def _ports() -> dict[str, str]:
    chosen = {}
    for name, (first, distances) in _PORTS.items():
        ports = range(first, first + 80, 8)
        free = next(port for port in ports if all(is_free(port + far) for far in distances))
        chosen[f"DMS_STACK_{name.upper()}_PORT"] = str(free)
    return chosen
