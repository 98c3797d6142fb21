"""A program of the system's package archive, unpacked into the cache: nothing is installed, nobody has to be root."""

import os
import subprocess
from pathlib import Path

from dms_stack.fetch.cache import Cache
from dms_stack.fetch.progress import bytes_of, find_program, run_with_bar
from dms_standalone.errors import OperatorError

_REMEDY = "nur auf Debian und seinen Abkömmlingen"


def candidate(package: str) -> str:
    """Return the version that the archive has to offer. Raises OperatorError when there is none."""
    told = _ask("apt-cache", "policy", package)
    versions = [line.split()[1] for line in told.splitlines() if line.strip().startswith("Candidate:")]
    if not versions or versions[0] == "(none)":
        raise OperatorError(f"Das Paketverzeichnis kennt {package} nicht: `apt-get update` aufrufen.")
    return versions[0]


def unpacked(cache: Cache, package: str, *, size: int) -> Path:
    """
    Return the folder into which the package and those of its libraries that the system lacks were unpacked.

    apt itself verifies what it fetches, by the signature of the archive. `size` in bytes is for the bar.
    """
    return cache.entry(f"{package}-{candidate(package)}", lambda folder: _fetch(cache, package, size, folder))


def _fetch(cache: Cache, package: str, size: int, folder: Path) -> None:
    # What an installation would add; of that, programs and scripts of other packages are not needed.
    told = _ask("apt-get", "install", "--simulate", "--no-install-recommends", package)
    added = [line.split()[1] for line in told.splitlines() if line.startswith("Inst ")]
    wanted = [package, *(name for name in added if name.startswith("lib"))]
    archives = folder / "archives"
    archives.mkdir()
    run_with_bar(
        # As root apt would hand over to a user of its own, who may not write here.
        [find_program("apt-get", _REMEDY), "-o", "APT::Sandbox::User=root", "download", *wanted],
        label=package,
        total=size,
        done=lambda: bytes_of(archives.iterdir()),
        log=cache.path / "apt.log",
        cwd=archives,
    )
    for archive in archives.iterdir():
        _run(find_program("dpkg", _REMEDY), "-x", str(archive), str(folder))
        archive.unlink()
    archives.rmdir()


def _ask(program: str, *arguments: str) -> str:
    return _run(find_program(program, _REMEDY), *arguments)


def _run(*command: str) -> str:
    answer = subprocess.run(  # noqa: S603 - fixed arguments
        command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    if answer.returncode:
        raise OperatorError(f"`{Path(command[0]).name} {command[1]}` schlägt fehl: {answer.stderr.strip()}")
    return answer.stdout
