"""Run a program that fetches or builds, and show a bar of what it has done so far."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dms_standalone.errors import OperatorError

_POLL_SECONDS = 0.3


def find_program(name: str, remedy: str) -> str:
    """Return the path of a program; raises OperatorError with the remedy when it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise OperatorError(f"`{name}` fehlt: {remedy}.")
    return found


def bytes_of(files: Iterable[Path]) -> int:
    """Return how many bytes these files have together; one that was just renamed or removed counts nothing."""
    total = 0
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            total += file.lstat().st_size
    return total


def run_with_bar(
    command: Sequence[str],
    *,
    label: str,
    total: int,
    done: Callable[[], int],
    log: Path,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    unit: str = "bytes",
) -> None:
    """Run the program to its end; `done` says how much of `total` there is. Raises OperatorError when it fails."""
    amount = DownloadColumn() if unit == "bytes" else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), amount, TimeElapsedColumn())
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as output, Progress(*columns) as bar:
        task = bar.add_task(label, total=total)
        process = subprocess.Popen(  # noqa: S603 - a program of ours with fixed arguments
            list(command),
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            while process.poll() is None:
                bar.update(task, completed=min(done(), total))
                time.sleep(_POLL_SECONDS)
        finally:
            process.terminate()
            process.wait()
        if process.returncode == 0:
            bar.update(task, completed=total)
    if process.returncode != 0:
        raise OperatorError(f"{label} lässt sich nicht holen; die Meldungen stehen in {log}.")
