"""Command lines as an operator types them: processes of their own, on the services' migrated schemas."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dms_standalone.provision import ServiceUrls

_SECONDS = 60


class CommandLine:
    """Runs `python -m dms_<service>` with the URLs of the service, and of its role of operations."""

    def __init__(self, service: str, urls: ServiceUrls, data: Path) -> None:
        name = f"DMS_{service.upper()}"
        self.service = service
        self.urls = urls
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "DMS_DATA": str(data),
            f"{name}_DATABASE_URL": urls.app,
            f"{name}_SYSTEM_DATABASE_URL": urls.system,
            "DMS_BUS_DATABASE_URL": urls.bus,
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", f"dms_{self.service}", *arguments]

    def __call__(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run to the end; the outcome has exit code, output and errors."""
        return subprocess.run(
            self.command(*arguments),
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )


@pytest.fixture
def command_line(service_urls: Callable[[str], Any], tmp_path: Path) -> Callable[[str], CommandLine]:
    return lambda service: CommandLine(service, service_urls(service), tmp_path)
