"""Show the last lines of the servers' logs."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from dms_standalone.errors import OperatorError


def show_logs(files: Sequence[Path], *, lines: int, follow: bool) -> None:
    """Print the last lines of each file under its name; to follow, this process becomes `tail`."""
    there = [file for file in files if file.exists()]
    if not there:
        raise OperatorError("Es gibt noch keine Meldungen: erst `python -m dms_stack up`.")
    if follow:
        sys.stdout.flush()
        tail = shutil.which("tail") or "tail"
        os.execv(tail, [tail, "-v", "-n", str(lines), "-F", *map(str, there)])  # noqa: S606 - no shell wanted
    for file in there:
        print(f"== {file.name}")
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]:
            print(line)
