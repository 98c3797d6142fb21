"""Bring servers up and down in the right order, and say how each of them is."""

import contextlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dms_stack.folder import write_private
from dms_stack.options import Options
from dms_stack.processes import launch, listener, memory_bytes, stop, wait_for_end
from dms_stack.servers.base import Context, NotReadyError, Server
from dms_stack.servers.clamd import ClamdServer
from dms_stack.servers.kafka import KafkaServer
from dms_stack.servers.keycloak import KeycloakServer
from dms_stack.servers.minio import MinioServer
from dms_stack.servers.opensearch import OpenSearchServer
from dms_stack.servers.postgres import PostgresServer
from dms_stack.servers.seaweedfs import SeaweedfsServer
from dms_stack.state import ServerState, read_state
from dms_standalone.errors import OperatorError

# The order in which they are shown; each is started after those that it needs.
NAMES = ("kafka", "opensearch", "keycloak", "s3", "postgres")
# Started only when it is named.
OPTIONAL = ("clamd",)
_POLL_SECONDS = 0.2
_ZOMBIE_SECONDS = 10.0


@dataclass(frozen=True)
class Status:
    """How a server is; without a process it does not run."""

    name: str
    version: str
    port: int
    pid: int | None
    memory_bytes: int

    def line(self) -> str:
        """Return name, version, port, process and memory (10⁶ bytes), with dashes when it does not run."""
        running = f"{self.pid} {self.memory_bytes / 1e6:.0f} MB" if self.pid else "- -"
        return f"{self.name} {self.version} {self.port} {running}"


class _EndedError(Exception):
    """Raised while a server is waited for that does not run any more."""


class Stack:
    """The servers of one data folder."""

    def __init__(self, options: Options, kinds: Sequence[type[Server]] | None = None) -> None:
        self._context = Context(options)
        self._folder = self._context.folder
        self._servers = {kind.name: kind(self._context) for kind in kinds or _kinds(options)}

    def known(self) -> tuple[str, ...]:
        """Return the names of all servers, of those that have to be named only where they were started."""
        return (*NAMES, *(name for name in OPTIONAL if self._folder.state(name).exists()))

    def fetch(self, names: Sequence[str]) -> None:
        """Fill the cache and start nothing."""
        for server in self._in_order(names):
            server.install()

    def up(self, names: Sequence[str]) -> None:
        """Start what does not run, with what it needs, and wait until each is ready; what runs stays as it is."""
        with self._folder.locked():
            for server in self._in_order(names):
                self._up(server)
            self._write_endpoints()

    def down(self, names: Sequence[str]) -> None:
        """End these servers, those that need others first."""
        if not self._folder.path.exists():
            return
        with self._folder.locked():
            for server in reversed(self._in_order(list(self._servers))):
                state = read_state(self._folder.state(server.name))
                if server.name in names and state is not None:
                    stop(state.process, server.stop_signal, seconds=server.stop_seconds)
                    self._folder.state(server.name).unlink(missing_ok=True)

    def status(self, names: Iterable[str]) -> list[Status]:
        """Return how each of these servers is, in the order in which they are shown."""
        return [self._status(server) for name, server in self._servers.items() if name in set(names)]

    def endpoints(self, names: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """Return what a client needs to reach each of these servers; raises OperatorError when one does not run."""
        missing = [status.name for status in self.status(names) if status.pid is None]
        if missing:
            raise OperatorError(
                f"Es läuft nicht: {', '.join(missing)}. Abhilfe: `make stack-up` (oder `python -m dms_stack up"
                f" {' '.join(missing)}`)."
            )
        return {name: server.endpoint() for name, server in self._servers.items() if name in set(names)}

    def _in_order(self, names: Sequence[str]) -> list[Server]:
        ordered: dict[str, Server] = {}
        for name in names:
            server = self._servers[name]
            ordered |= {needed.name: needed for needed in self._in_order(server.needs) if needed.name not in ordered}
            ordered.setdefault(name, server)
        return list(ordered.values())

    def _up(self, server: Server) -> None:
        state = read_state(self._folder.state(server.name))
        if state is not None and state.process.runs():
            self._refuse_another(server, state)
            # It may be ending just now.
            with contextlib.suppress(_EndedError):
                self._wait_until_ready(server)
                return
        if state is not None:
            wait_for_end(state.process, seconds=_ZOMBIE_SECONDS)
        server.install()
        self._refuse_taken_ports(server)
        files = {"state": self._folder.state(server.name), "log": self._folder.log(server.name)}
        launch(server.prepare(), version=server.version, port=server.port, **files)
        try:
            self._wait_until_ready(server)
        except _EndedError as error:
            raise OperatorError(
                f"{server.name} endet gleich wieder; die Meldungen stehen in {files['log']}."
            ) from error

    def _refuse_another(self, server: Server, state: ServerState) -> None:
        if (state.version, state.port) != (server.version, server.port):
            raise OperatorError(
                f"{server.name} läuft als {state.version} auf Port {state.port}, verlangt ist {server.version} auf Port"
                f" {server.port}: erst `python -m dms_stack down {server.name}`."
            )

    def _refuse_taken_ports(self, server: Server) -> None:
        for port in server.ports:
            if (who := listener(port)) is not None:
                raise OperatorError(
                    f"Port {port}, den {server.name} braucht, ist belegt ({who}): ihn freigeben, oder"
                    f" DMS_STACK_{server.name.upper()}_PORT auf einen anderen setzen."
                )

    def _wait_until_ready(self, server: Server) -> None:
        deadline = time.monotonic() + server.ready_seconds
        while True:
            try:
                server.check()
            except NotReadyError as error:
                state = read_state(self._folder.state(server.name))
                if state is None or not state.process.runs():
                    raise _EndedError from error
                if time.monotonic() > deadline:
                    raise OperatorError(
                        f"{server.name} läuft, ist aber nach {server.ready_seconds:.0f} s nicht bereit ({error});"
                        f" die Meldungen stehen in {self._folder.log(server.name)}."
                    ) from error
                time.sleep(_POLL_SECONDS)
            else:
                return

    def _status(self, server: Server) -> Status:
        state = read_state(self._folder.state(server.name))
        if state is None or not state.process.runs():
            return Status(server.name, server.version, server.port, None, 0)
        return Status(server.name, state.version, state.port, state.pid, memory_bytes(state.process))

    def _write_endpoints(self) -> None:
        running = [status.name for status in self.status(self._servers) if status.pid]
        known = {name: dict(endpoint) for name, endpoint in self.endpoints(running).items()}
        write_private(self._folder.endpoints, json.dumps(known, indent=2) + "\n")


def _kinds(options: Options) -> tuple[type[Server], ...]:
    store = MinioServer if options.s3 == "minio" else SeaweedfsServer
    return (KafkaServer, OpenSearchServer, KeycloakServer, store, PostgresServer, ClamdServer)
