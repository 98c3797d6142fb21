"""Files from a Maven repository, with the settings of this machine, each one verified against our own checksums."""

import re
from collections.abc import Sequence
from pathlib import Path

from dms_stack.fetch.cache import Cache
from dms_stack.fetch.pins import FOLDER, read_pins, verify
from dms_stack.fetch.progress import bytes_of, find_program, run_with_bar

_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
_ARRIVING = re.compile(r"(\.\d+)?\.(part|tmp)$")


def maven_closure(cache: Cache, server: str, version: str) -> Path:
    """Return the folder with the files that `pins/<server>.pom.xml` and its dependencies name."""
    return cache.entry(f"{server}-{version}", lambda folder: maven_files(cache, server, version, into=folder))


def maven_files(cache: Cache, server: str, version: str, *, into: Path) -> None:
    """Put those files into a folder."""
    pins = read_pins(server)
    total = sum(pin.size for pin in pins.values())
    label = f"{server} {version}"
    download(cache, label, goal=closure_goal(server), into=into, total=total, names=frozenset(pins))
    verify(into, pins)


def closure_goal(server: str) -> list[str]:
    """Return what Maven is asked for."""
    return ["-f", str(FOLDER / f"{server}.pom.xml"), f"{_PLUGIN}:copy-dependencies", "-DincludeScope=runtime"]


def download(cache: Cache, label: str, *, goal: Sequence[str], into: Path, total: int, names: frozenset[str]) -> None:
    """
    Have Maven fetch into a folder, unverified by us; Maven itself compares with the checksums beside each file.

    Its repository is one of our own, so that the bar can count the bytes that have arrived there.
    """
    repository = cache.path / "maven"
    program = find_program("mvn", "`apt-get install maven`")
    command = [program, "-q", "-B", "-ntp", "--strict-checksums", f"-Dmaven.repo.local={repository}", *goal]

    def arrived() -> int:
        return bytes_of(_files(repository, names))

    try:
        run_with_bar(
            [*command, f"-DoutputDirectory={into}"],
            label=label,
            total=total,
            done=arrived,
            log=cache.path / "maven.log",
        )
    finally:
        # What was copied need not be kept twice; the plugin itself stays.
        for file in _files(repository, names):
            file.unlink(missing_ok=True)


def _files(repository: Path, names: frozenset[str]) -> list[Path]:
    # While it arrives, a file has a further ending: name.jar.part, in newer Maven name.jar.123.tmp.
    return [file for file in repository.rglob("*.*") if _ARRIVING.sub("", file.name) in names]
