"""Which versions a measured result is of."""

import platform
import subprocess
from importlib.metadata import version

from tests.harness.server import ROOT

_PACKAGES = ("fastapi", "uvicorn", "sqlalchemy", "asyncpg")


def versions() -> dict[str, str]:
    """Return the commit, and the versions of what everything stands on."""
    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return {"registratur": head or "unknown", "python": platform.python_version(), **versions_of(*_PACKAGES)}


def versions_of(*packages: str) -> dict[str, str]:
    """Return the installed versions."""
    return {name: version(name) for name in packages}
