"""The data folder of an installation: one instance at a time, and what it keeps beside its services' data."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dms_standalone.errors import OperatorError
from dms_standalone.os_user import OsUser

_ENTERABLE = 0o711


class DataFolder:
    """Names of everything that the supervisor keeps in `DMS_DATA`."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.postgres = self.path / "postgres"
        self.secrets = self.path / "secrets.json"
        self.issuer_key = self.path / "issuer.pem"
        self.logs = self.path / "log"

    def create(self, user: OsUser | None) -> None:
        """Create what is missing; a folder made here lets the unprivileged user of PostgreSQL through."""
        missing = [folder for folder in (self.path, *self.path.parents) if not folder.exists()]
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.logs.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise OperatorError(
                f"The data folder {self.path} cannot be created ({error.strerror}): set DMS_DATA to a folder of yours."
            ) from error
        if user is not None:
            for folder in missing:
                folder.chmod(_ENTERABLE)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process; the kernel lets go when it ends, however it ends."""
        with (self.path / "lock").open("a+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                raise OperatorError(
                    f"Registratur already runs on the data folder {self.path} (process {holder}):"
                    " stop it, or set DMS_DATA to another folder."
                ) from error
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield
