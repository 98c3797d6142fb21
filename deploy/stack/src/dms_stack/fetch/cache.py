"""The folder of downloads and builds, shared by all stacks of a user."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dms_standalone.errors import OperatorError


class Cache:
    """A folder with one entry for each thing that was fetched or built; an entry is whole or not there."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()

    def entry(self, name: str, make: Callable[[Path], None]) -> Path:
        """Return the folder of that name; if it is not there, `make` fills an empty one that takes its place."""
        target = self.path / name
        if target.exists():
            return target
        with self._locked():
            if not target.exists():
                fresh = self.path / f"{name}.part"
                shutil.rmtree(fresh, ignore_errors=True)
                fresh.mkdir()
                make(fresh)
                fresh.rename(target)
        return target

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # Another stack may be fetching the same: its end is waited for, then everything is there.
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            file = (self.path / "lock").open("w", encoding="ascii")
        except OSError as error:
            raise OperatorError(
                f"Der Zwischenspeicher {self.path} ist nicht beschreibbar ({error.strerror}):"
                " DMS_STACK_CACHE auf einen eigenen Ordner setzen."
            ) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
