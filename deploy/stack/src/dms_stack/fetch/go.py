"""A program built from a Go module whose checksum we pin; the module's own go.sum pins all it is built from."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from dms_stack.fetch.cache import Cache
from dms_stack.fetch.progress import find_program, run_with_bar
from dms_standalone.errors import OperatorError

# The Go that is installed, never one that it would fetch by itself; no C, so that the program needs no library.
_ENVIRONMENT = {"GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -trimpath"}


def go_program(cache: Cache, module: str, version: str, *, checksum: str, name: str) -> Path:
    """Return the program, built once. Raises OperatorError when the module is not what the checksum says."""
    folder = cache.entry(f"{name}-{version}", lambda fresh: _build(cache, module, version, checksum, fresh / name))
    return folder / name


def _build(cache: Cache, module: str, version: str, checksum: str, target: Path) -> None:
    go = find_program("go", "`apt-get install golang` (1.24 oder neuer)")
    answer = subprocess.run(  # noqa: S603 - fixed arguments
        [go, "mod", "download", "-json", f"{module}@{version}"],
        env={**os.environ, **_ENVIRONMENT},
        cwd=cache.path,
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(answer.stdout or "{}")
    if answer.returncode or "Dir" not in found:
        raise OperatorError(f"{module} {version} lässt sich nicht holen: {found.get('Error') or answer.stderr.strip()}")
    if found["Sum"] != checksum:
        raise OperatorError(f"Die Prüfsumme von {module} {version} stimmt nicht: {found['Sum']} statt {checksum}.")
    source = target.with_name("source")
    shutil.copytree(found["Dir"], source)
    _compile(cache, go, source, target)
    shutil.rmtree(source)


def _compile(cache: Cache, go: str, source: Path, target: Path) -> None:
    for folder in (source, *source.rglob("*")):
        if folder.is_dir():
            folder.chmod(0o755)
    _fetch_modules(cache, go, source)
    log = cache.path / "go.log"
    run_with_bar(
        [go, "build", "-v", "-ldflags=-s -w", "-o", str(target), "."],
        label=f"{target.name} (übersetzen)",
        total=_package_count(go, source),
        # It names each package that it has begun to compile; what its own cache holds is not named.
        done=lambda: len(log.read_text(encoding="utf-8", errors="replace").splitlines()),
        log=log,
        cwd=source,
        environment=_ENVIRONMENT,
        unit="packages",
    )


def _fetch_modules(cache: Cache, go: str, source: Path) -> None:
    log = cache.path / "go-modules.log"
    lines = (source / "go.sum").read_text(encoding="ascii").splitlines()
    run_with_bar(
        # Resolving all packages fetches the modules that are needed, and -x names each download.
        [go, "list", "-x", "-deps", "."],
        label="Go-Module",
        total=sum("/go.mod " not in line for line in lines),
        done=lambda: log.read_text(encoding="utf-8", errors="replace").count(".zip: 200"),
        log=log,
        cwd=source,
        environment=_ENVIRONMENT,
        unit="modules",
    )


def _package_count(go: str, source: Path) -> int:
    listed = subprocess.run(  # noqa: S603 - fixed arguments
        [go, "list", "-deps", "."],
        cwd=source,
        env={**os.environ, **_ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
    )
    return max(len(listed.stdout.splitlines()), 1)
