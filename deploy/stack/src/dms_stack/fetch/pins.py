"""What exactly is to be fetched: names, sizes and SHA-256 of files, committed beside the code."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dms_standalone.errors import OperatorError

FOLDER = Path(__file__).parents[1] / "pins"
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Pin:
    """Size in bytes and SHA-256 in hexadecimal of one file."""

    size: int
    sha256: str


def read_pins(server: str) -> dict[str, Pin]:
    """Return the pins of a server by file name."""
    rows = (line.split() for line in (FOLDER / f"{server}.sha256").read_text(encoding="ascii").splitlines())
    return {name: Pin(int(size), digest) for digest, size, name in rows}


def pins_text(files: Iterable[Path]) -> str:
    """Return the text of a file of pins for these files."""
    return "".join(f"{_sha256(file)} {file.stat().st_size} {file.name}\n" for file in sorted(files))


def verify(folder: Path, pins: Mapping[str, Pin]) -> None:
    """Raise OperatorError unless the folder holds exactly the pinned files with exactly the pinned contents."""
    there = {file.name: file for file in folder.iterdir()}
    if missing := sorted(pins.keys() - there.keys()):
        raise OperatorError(f"Es fehlt, was die Prüfsummen nennen: {', '.join(missing)}.")
    if foreign := sorted(there.keys() - pins.keys()):
        raise OperatorError(f"Es kam mehr, als die Prüfsummen nennen: {', '.join(foreign)}.")
    wrong = [name for name, file in sorted(there.items()) if _sha256(file) != pins[name].sha256]
    if wrong:
        raise OperatorError(f"Die Prüfsumme stimmt nicht: {', '.join(wrong)}; nichts davon wurde behalten.")


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
