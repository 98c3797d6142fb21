"""What the stack asks of a server."""

import signal
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from dms_stack.fetch.cache import Cache
from dms_stack.folder import StackFolder
from dms_stack.options import HOST, Options
from dms_stack.processes import Launch
from dms_standalone.secrets import SecretFile


class NotReadyError(Exception):
    """Raised by `check` while a server does not do its work yet; its text says what it did instead."""


class Context:
    """What all servers share: where things are, the chosen ports, the passwords."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.folder = StackFolder(options.data)
        self.cache = Cache(options.cache)

    def password(self, name: str) -> str:
        """Return the password of that name, made at random when it is asked for first."""
        return SecretFile(self.folder.secrets).password(name)


class Server(ABC):
    """One server: `install` and `prepare` before each start, `check` until it is ready, `endpoint` for its clients."""

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    # Ports beside the one that is chosen, as distances from it.
    further_ports: ClassVar[tuple[int, ...]] = ()
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    stop_seconds: ClassVar[float] = 30.0
    ready_seconds: ClassVar[float] = 180.0

    def __init__(self, context: Context) -> None:
        self.context = context
        self.folder: Path = context.folder.of(self.name)
        self.port: int = context.options.ports[self.name]

    @property
    def ports(self) -> tuple[int, ...]:
        """Return every port that it will listen on."""
        return (self.port, *(self.port + distance for distance in self.further_ports))

    @property
    def address(self) -> str:
        """Return host and port."""
        return f"{HOST}:{self.port}"

    @property
    @abstractmethod
    def version(self) -> str:
        """Return the version that would be started, one word."""

    @abstractmethod
    def install(self) -> None:
        """Fetch or build what is missing in the cache."""

    @abstractmethod
    def prepare(self) -> Launch:
        """Write the configuration and return how to start it. No process of this server runs."""

    @abstractmethod
    def check(self) -> None:
        """Return once it does its work as a client would ask for it; raises NotReadyError until then."""

    @abstractmethod
    def endpoint(self) -> Mapping[str, str]:
        """Return what a client needs to reach it, passwords among it."""
