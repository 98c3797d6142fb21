"""The folder of the stack below the product's data: one for each server, with configuration, data, log and state."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dms_standalone.errors import OperatorError
from dms_standalone.os_user import unprivileged_user

_ENTERABLE = 0o711


class StackFolder:
    """Names of everything that the stack keeps in `DMS_DATA`."""

    def __init__(self, data: Path) -> None:
        self.path = data.absolute() / "stack"
        self.secrets = self.path / "secrets.json"
        self.endpoints = self.path / "endpoints.json"

    def of(self, server: str) -> Path:
        """Return the folder of a server."""
        return self.path / server

    def state(self, server: str) -> Path:
        """Return the file that says which process the server is."""
        return self.path / f"{server}.json"

    def log(self, server: str) -> Path:
        """Return the file that the server's messages go to."""
        return self.path / f"{server}.log"

    def create(self) -> None:
        """Create what is missing; as root, a folder made here lets the unprivileged user of PostgreSQL through."""
        missing = [folder for folder in (self.path, *self.path.parents) if not folder.exists()]
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OperatorError(
                f"Der Ordner {self.path} lässt sich nicht anlegen ({error.strerror}): DMS_DATA anders setzen."
            ) from error
        if unprivileged_user() is not None:
            for folder in missing:
                folder.chmod(_ENTERABLE)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else start or stop here meanwhile; the kernel lets go when this process ends, however it ends."""
        self.create()
        with (self.path / "lock").open("a+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                holder = file.read().strip() or "unbekannt"
                raise OperatorError(
                    f"Ein anderer Aufruf startet oder beendet hier gerade Server (Prozess {holder}):"
                    " sein Ende abwarten."
                ) from error
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


def write_private(path: Path, text: str) -> Path:
    """Write a configuration that only its owner reads: most of them hold a password."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path
