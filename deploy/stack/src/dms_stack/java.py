"""Find a JDK that is new enough."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from dms_standalone.errors import OperatorError

_FOLDERS = ("/usr/lib/jvm", "/opt")
_VERSION = re.compile(r'^JAVA_VERSION="(\d+)([^"]*)"', re.MULTILINE)


def find_java(least: int, chosen: Path | None, *, who: str) -> Path:
    """
    Return the `java` of the chosen JDK, of JAVA_HOME, or of the newest one there is, if it is new enough.

    A JDK that was chosen and is too old is refused, not replaced.
    """
    if chosen is not None:
        found = _version(chosen)
        if found is None or found < least:
            raise OperatorError(
                f"{who} braucht Java {least} oder neuer; DMS_STACK_JAVA_HOME nennt {found or 'kein JDK'}."
            )
        return chosen / "bin/java"
    known = {home: version for home in _homes() if (version := _version(home)) is not None}
    preferred = os.environ.get("JAVA_HOME")
    if preferred and known.get(Path(preferred), 0) >= least:
        return Path(preferred) / "bin/java"
    home = max(known, key=lambda each: known[each], default=None)
    if home is None or known[home] < least:
        there = ", ".join(str(version) for version in sorted(set(known.values()))) or "keines"
        package = "openjdk-17-jre-headless" if least <= 17 else "temurin-25-jdk` oder `openjdk-25-jre-headless"
        raise OperatorError(
            f"{who} braucht Java {least} oder neuer (gefunden: {there}): `apt-get install {package}`,"
            " oder DMS_STACK_JAVA_HOME auf ein solches JDK setzen."
        )
    return home / "bin/java"


def _homes() -> Iterator[Path]:
    if preferred := os.environ.get("JAVA_HOME"):
        yield Path(preferred)
    for folder in _FOLDERS:
        yield from sorted(home.resolve() for home in Path(folder).glob("*/") if (home / "bin/java").exists())
    if program := shutil.which("java"):
        yield Path(program).resolve().parents[1]


def _version(home: Path) -> int | None:
    try:
        found = _VERSION.search((home / "release").read_text(encoding="utf-8"))
    except OSError:
        return None
    if found is None or not (home / "bin/java").exists():
        return None
    # Java 8 calls itself 1.8.
    return int(found[2].split(".")[1]) if found[1] == "1" else int(found[1])
