"""How the Kafka adapter reaches its cluster: access, start and end of clients, and what their errors mean."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from aiokafka import errors
from aiokafka.conn import collect_hosts, create_conn

from dms_kit.core.errors import UnavailableError
from dms_kit.ports.event_bus import MessageTooLargeError

_START_SECONDS = 30.0
_STOP_SECONDS = 5.0
_REQUEST_MS = 15_000
# A topic that was deleted and made again is seen after this time, a new broker too.
_METADATA_MAX_AGE_MS = 10_000
_REFUSED = (
    errors.AuthenticationFailedError,
    errors.AuthenticationMethodNotSupported,
    errors.IllegalSaslStateError,
    errors.SaslAuthenticationFailed,
    errors.UnsupportedSaslMechanismError,
)
_TOO_LARGE = (errors.MessageSizeTooLargeError, errors.RecordTooLargeError)
# Faults of the installation or of ours: no waiting mends them. Every other error of a client may pass.
_LASTING = (
    errors.ClusterAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.IllegalArgumentError,
    errors.InconsistentGroupProtocolError,
    errors.InvalidTopicError,
    errors.TopicAuthorizationFailedError,
    errors.UnsupportedVersionError,
)

log = structlog.get_logger()


class LoginRefusedError(Exception):
    """Raised at the start of a client whose login the cluster refuses; the settings are wrong, no waiting mends it."""


@dataclass(frozen=True, kw_only=True)
class KafkaAccess:
    """Where the cluster is and how one logs in; handed to every client as it is."""

    bootstrap_servers: str
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = "PLAIN"
    sasl_username: str = ""
    sasl_password: str = field(default="", repr=False)
    ca_file: Path | None = None

    def options(self) -> dict[str, Any]:
        """Return the arguments that all aiokafka clients share."""
        return {
            "bootstrap_servers": self.bootstrap_servers,
            "request_timeout_ms": _REQUEST_MS,
            "metadata_max_age_ms": _METADATA_MAX_AGE_MS,
            **self._security(),
        }

    async def check_login(self) -> None:
        """
        Raise `LoginRefusedError` when a bootstrap server refuses the login; says nothing about one that is away.

        A client swallows the refusal: its start fails as if nobody were there, or it never gets metadata.
        """
        if not self.security_protocol.startswith("SASL"):
            return
        for host, port, _family in collect_hosts(self.bootstrap_servers):
            try:
                connection = await create_conn(host, port, request_timeout_ms=_REQUEST_MS, **self._security())
            except _REFUSED as error:
                raise LoginRefusedError(f"{host}:{port}: {type(error).__name__}") from error
            except (OSError, TimeoutError, errors.KafkaError):
                continue
            connection.close()

    def _security(self) -> dict[str, Any]:
        options: dict[str, Any] = {"security_protocol": self.security_protocol}
        if self.security_protocol.endswith("SSL"):
            options["ssl_context"] = ssl.create_default_context(cafile=self.ca_file)
        if self.security_protocol.startswith("SASL"):
            options["sasl_mechanism"] = self.sasl_mechanism
            options["sasl_plain_username"] = self.sasl_username
            options["sasl_plain_password"] = self.sasl_password
        return options


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Raise what the port names in place of the errors of aiokafka, of sockets and of time limits."""
    try:
        yield
    except _TOO_LARGE as error:
        raise MessageTooLargeError from error
    except _LASTING:
        raise
    except (OSError, TimeoutError, errors.KafkaError) as error:
        raise UnavailableError from error


@contextlib.asynccontextmanager
async def asking(access: KafkaAccess, seconds: float = _START_SECONDS) -> AsyncIterator[None]:
    """Bound and translate what asks the cluster for the first time; when it fails, a refused login is told apart."""
    try:
        with translated():
            async with asyncio.timeout(seconds):
                yield
    except UnavailableError:
        await access.check_login()
        raise


async def stopped(client: Any) -> asyncio.Task[None] | None:
    """Stop a client; returns the task that goes on stopping it when that takes longer than 5 s."""
    task = asyncio.ensure_future(_stop(client))
    await asyncio.wait({task}, timeout=_STOP_SECONDS)
    return None if task.done() else task


async def _stop(client: Any) -> None:
    end = client.stop if hasattr(client, "stop") else client.close
    try:
        await end()
    except (OSError, TimeoutError, errors.KafkaError) as error:
        log.info("kafka.stop_failed", error=type(error).__name__)
