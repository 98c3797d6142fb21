"""
The light half of `run`: lock, port, child and database are there before the services are even imported.

Loading the services takes most of a start; meanwhile the child loads them too and the database comes up.
"""

import importlib
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from dms_standalone.data_folder import DataFolder
from dms_standalone.errors import OperatorError
from dms_standalone.options import Options
from dms_standalone.os_user import unprivileged_user
from dms_standalone.ports import bound_socket
from dms_standalone.postgres import PostgresServer, refuse_unreachable, wheel_binaries
from dms_standalone.secrets import SecretFile
from dms_standalone.worker_child import WorkerChild


@dataclass(frozen=True, kw_only=True)
class Started:
    """
    What runs already when the services are loaded.

    `postgres` is None when the database is somebody else's server, `workers` when each relay and each consumer is a
    process of its own.
    """

    options: Options
    folder: DataFolder
    listener: socket.socket
    passwords: SecretFile
    postgres: PostgresServer | None
    workers: WorkerChild | None


def run(options: Options) -> None:
    """Serve until SIGINT or SIGTERM; whatever was started is ended, in any case."""
    if options.is_production and not options.issuers:
        raise OperatorError(
            "The development issuer does not start with DMS_ENVIRONMENT=production:"
            " name your own OIDC issuers in DMS_ISSUERS."
        )
    folder, user = DataFolder(options.data), unprivileged_user()
    folder.create(user)
    if options.postgres_url is None:
        refuse_unreachable(user, wheel_binaries(), folder.postgres)
    with folder.locked(), bound_socket(options.port) as listener, _interrupted_by_sigterm():
        passwords = SecretFile(folder.secrets)
        workers = None if options.workers_apart else WorkerChild()
        postgres = None if options.postgres_url else PostgresServer(folder.postgres, passwords.password("postgres"))
        try:
            if workers is not None:
                workers.start()
            if postgres is not None:
                postgres.start()
            started = Started(
                options=options,
                folder=folder,
                listener=listener,
                passwords=passwords,
                postgres=postgres,
                workers=workers,
            )
            importlib.import_module("dms_standalone.supervisor").run(started)
        finally:
            if workers is not None:
                workers.kill()
            if postgres is not None:
                postgres.stop()


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the start in the same way as Ctrl-C, so that nothing stays behind."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
