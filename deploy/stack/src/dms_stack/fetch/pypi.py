"""Wheels, installed into a folder of their own with the hashes that a file beside this one pins."""

import shutil
import sys
from pathlib import Path

from dms_stack.fetch.cache import Cache
from dms_stack.fetch.pins import FOLDER
from dms_stack.fetch.progress import bytes_of, run_with_bar


def wheel(cache: Cache, package: str, version: str, *, size: int) -> Path:
    """Return the folder into which the wheel was installed; `size` is about what it takes there, for the bar."""
    return cache.entry(f"{package}-{version}", lambda folder: _install(cache, package, version, size, folder))


def _install(cache: Cache, package: str, version: str, size: int, folder: Path) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    install = [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
    run_with_bar(
        [*install, "--no-deps", "--require-hashes", "--target", str(folder), "-r", str(FOLDER / f"{package}.txt")],
        label=f"{package} {version}",
        total=size,
        done=lambda: bytes_of(folder.rglob("*")),
        log=cache.path / "pypi.log",
    )
