"""Command lines as an operator types them: processes of their own, on the services' migrated schemas."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dms_standalone.provision import ServiceUrls
from tests.harness.prefork import Prefork

_SECONDS = 60
_PATH = {"PATH": "/usr/bin:/bin"}


class CommandLine:
    """Runs `python -m dms_<service>` with the URLs of the service, and of its role of operations."""

    def __init__(self, service: str, urls: ServiceUrls, data: Path, prefork: Prefork) -> None:
        name = f"DMS_{service.upper()}"
        self._prefork = prefork
        self.service = service
        self.urls = urls
        self.environment = {
            **_PATH,
            "DMS_DATA": str(data),
            f"{name}_DATABASE_URL": urls.app,
            f"{name}_SYSTEM_DATABASE_URL": urls.system,
            "DMS_BUS_DATABASE_URL": urls.bus,
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", f"dms_{self.service}", *arguments]

    def __call__(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run to the end; the outcome has exit code, output and errors."""
        environment = {**self.environment, **environment}
        return self._prefork.run(f"dms_{self.service}", *arguments, environment=environment, seconds=_SECONDS)

    def from_scratch(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Do the same by a Python that has imported nothing yet."""
        command = self.command(*arguments)
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )


@pytest.fixture(scope="session")
def prefork(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefork]:
    started = Prefork(tmp_path_factory.mktemp("prefork"), _PATH)
    yield started
    started.end()


@pytest.fixture
def command_line(service_urls: Callable[[str], Any], tmp_path: Path, prefork: Prefork) -> Callable[[str], CommandLine]:
    return lambda service: CommandLine(service, service_urls(service), tmp_path, prefork)
