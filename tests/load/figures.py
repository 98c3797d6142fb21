"""One JSON line a figure."""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from tests.harness.server import ROOT

_PACKAGES = ("fastapi", "uvicorn", "sqlalchemy", "asyncpg")


@dataclass(frozen=True, kw_only=True)
class Report:
    """
    What stands on every line of a run.

    `layout` counts the processes that run at the moment of a figure, `parts` are the versions of the profile's own.
    """

    profile: str
    seed: int
    layout: Callable[[], Mapping[str, int]]
    parts: Mapping[str, str]

    def figure(self, name: str, value: float, unit: str, **more: object) -> None:
        """Print a figure."""
        line = {
            "name": name,
            "value": round(value, 2),
            "unit": unit,
            "profile": self.profile,
            "seed": self.seed,
            **more,
            "cores": os.cpu_count(),
            "layout": self.layout(),
            "versions": {**_versions(), **self.parts},
        }
        print(json.dumps(line, ensure_ascii=False), flush=True)


def versions_of(*packages: str) -> dict[str, str]:
    """Return the installed versions."""
    return {name: version(name) for name in packages}


def spread_of(values: Sequence[float]) -> dict[str, object]:
    """Return what stands beside a median."""
    return {"runs": len(values), "least": round(min(values), 2), "most": round(max(values), 2)}


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile of at least two values."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _versions() -> dict[str, str]:
    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return {"registratur": head or "unknown", "python": platform.python_version(), **versions_of(*_PACKAGES)}
