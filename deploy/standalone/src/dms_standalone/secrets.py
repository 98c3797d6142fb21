"""Passwords of the embedded installation, made once and kept in the data folder."""

import json
import os
import secrets
from pathlib import Path


class SecretFile:
    """A JSON file of mode 600 with a random password for each name that was ever asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def password(self, name: str) -> str:
        """Return the password of that name; a new one is on disk before it is returned."""
        if name not in self._known:
            self._known[name] = secrets.token_urlsafe(24)
            write_private(self._path, json.dumps(self._known, indent=2).encode())
        return self._known[name]


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
