"""One JSON line a figure."""

import json
import os
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.harness.versions import versions


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
            "versions": {**versions(), **self.parts},
        }
        print(json.dumps(line, ensure_ascii=False), flush=True)


def spread_of(values: Sequence[float]) -> dict[str, object]:
    """Return what stands beside a median."""
    return {"runs": len(values), "least": round(min(values), 2), "most": round(max(values), 2)}


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile of at least two values."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
