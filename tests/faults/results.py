"""What the long runs found: one JSON line a result, in a file that is committed with the date and the commit."""

import argparse
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.harness.versions import versions

Line = dict[str, Any]


class Results:
    """
    The lines of one run, on standard output and, where a file is given, in it.

    A run that was broken off goes on where it ended, if the file is of the same seed and commit; otherwise, and after
    a whole run, the file begins anew.
    """

    def __init__(self, path: Path | None, seed: int | None) -> None:
        self.seed = seed
        self._path = path
        self._of_all: Line = {"seed": seed, "versions": versions()}
        self.lines = self._unfinished()
        if path is not None:
            path.parent.mkdir(exist_ok=True)
            path.write_text("".join(f"{json.dumps(line)}\n" for line in self.lines), encoding="utf-8")

    def of(self, find_out: Callable[[], Mapping[str, Any]], **what: object) -> Line:
        """Return what was found out about it, now or before the run was broken off."""
        known = next((line for line in self.lines if what.items() <= line.items()), None)
        return known or self._add(find_out, what)

    def close(self, **counts: object) -> None:
        """Write the last line: the run was whole."""
        self._add(lambda: {**counts, "whole": True}, {})

    def _add(self, find_out: Callable[[], Mapping[str, Any]], what: Line) -> Line:
        started = time.monotonic()
        found = find_out()
        moment = {
            "seconds": round(time.monotonic() - started, 1),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        line = {**what, **found, **moment, **self._of_all}
        self.lines.append(line)
        text = json.dumps(line)
        print(text, flush=True)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{text}\n")
        return line

    def _unfinished(self) -> list[Line]:
        if self._path is None or not self._path.exists():
            return []
        # What was being written when the run was killed has no end of line.
        written = [text for text in self._path.read_text(encoding="utf-8").splitlines(True) if text.endswith("\n")]
        lines: list[Line] = [json.loads(text) for text in written]
        same = all(self._of_all.items() <= line.items() for line in lines)
        return lines if same and not any(line.get("whole") for line in lines) else []


def add_results_option(parser: argparse.ArgumentParser) -> None:
    """Let the caller say where the lines are kept."""
    parser.add_argument("--results", type=Path, help="file for the lines too; a run that was broken off goes on there")
