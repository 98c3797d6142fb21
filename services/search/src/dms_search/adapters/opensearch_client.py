"""The connection to OpenSearch: credentials, time-outs, and what its errors mean here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import OpenSearchException, RequestError, TransportError

from dms_kit.core.errors import StorageFullError, UnavailableError

# The disk is full: OpenSearch then lets nothing but deletions through.
_FULL_BLOCK = "read-only-allow-delete"
_CONNECTIONS = 20

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class OpenSearchAccess:
    """Where the server is, who we are there, and how long we wait; `ca_file` holds the CA of its certificate."""

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    seconds: float = 10.0
    write_seconds: float = 30.0

    def connect(self) -> AsyncOpenSearch:
        """
        Return a client; opens no connection yet.

        Every request ends after `write_seconds`, a search after `seconds`: some faults of the server leave one without
        any answer for ever.
        """
        options: dict[str, Any] = {}
        if self.user:
            options["http_auth"] = (self.user, self.password)
        if self.ca_file is not None:
            options["ca_certs"] = self.ca_file
        return AsyncOpenSearch(
            hosts=[self.url],
            timeout=self.write_seconds,
            max_retries=1,
            retry_on_timeout=False,
            retry_on_status=(),
            maxsize=_CONNECTIONS,
            http_compress=False,
            **options,
        )


@contextmanager
def translated(act: str, *, known: tuple[type[TransportError], ...] = ()) -> Iterator[None]:
    """
    Turn what the client raises into the errors of the port, except what the caller knows to handle.

    A request that is wrong in itself (400) stays as it is: a defect, which no waiting heals.
    """
    try:
        yield
    except TransportError as error:
        if isinstance(error, (RequestError, *known)):
            raise
        if is_full(error.info):
            raise StorageFullError from error
        reason = error.error if isinstance(error.status_code, int) else type(error).__name__
        log.warning("index.unavailable", act=act, status=error.status_code, reason=str(reason)[:200])
        raise UnavailableError("Der Suchindex ist gerade nicht erreichbar.") from error
    except OpenSearchException as error:
        log.warning("index.unavailable", act=act, reason=type(error).__name__)
        raise UnavailableError("Der Suchindex ist gerade nicht erreichbar.") from error


def is_full(info: object) -> bool:
    """Say whether an error of the server, or of one item of a bulk request, means that its disk is full."""
    if not isinstance(info, Mapping):
        return False
    error = info.get("error", info)
    return isinstance(error, Mapping) and _FULL_BLOCK in str(error.get("reason", ""))
