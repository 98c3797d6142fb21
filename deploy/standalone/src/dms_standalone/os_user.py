"""The unprivileged user as whom PostgreSQL runs when the supervisor is root, and what that user can reach."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from dms_standalone.errors import OperatorError

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class OsUser:
    """A user of the operating system with a passwd entry, which initdb demands."""

    name: str
    uid: int
    gid: int

    def can_use(self, path: Path) -> Path | None:
        """Return the first folder or file on the way to `path` that this user may not enter or read, or None."""
        resolved = path.resolve()
        for step in (*reversed(resolved.parents), resolved):
            if step.exists() and not self._may(step):
                return step
        return None

    def _may(self, path: Path) -> bool:
        status = path.stat()
        needed = stat.S_IXOTH if path.is_dir() else stat.S_IROTH | (stat.S_IXOTH if os.access(path, os.X_OK) else 0)
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return (status.st_mode >> shift) & needed == needed


def unprivileged_user() -> OsUser | None:
    """Return the user to change to, or None when the supervisor is not root and stays who it is."""
    if os.geteuid() != 0:
        return None
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return OsUser(name, entry.pw_uid, entry.pw_gid)
    raise OperatorError(
        f"PostgreSQL does not run as root, and none of the users {', '.join(_CANDIDATES)} exists here:"
        " create one (useradd --system postgres) or start Registratur as an ordinary user."
    )
