"""Idempotency keys: a repeated request gets the first answer again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dms_kit.core.errors import DmsError, ErrorKind


@dataclass(frozen=True, kw_only=True)
class Idempotency:
    """
    What a request brings besides its command when it may be repeated.

    Scope is (Mandant of the actor, `client`, `operation`, `key`). `fingerprint` is a digest of what "same body" means
    for the operation. `render` makes the bytes of the answer; they are stored in the transaction of the act.
    `is_unanswered` says that the key was looked up a moment ago: then only storing the answer looks for a twin.
    """

    client: str
    operation: str
    key: str
    fingerprint: str
    status: int
    render: Callable[[Any], bytes]
    lives_forever: bool = False
    is_unanswered: bool = False


class AlreadyAnsweredError(Exception):
    """Raised by a unit of work whose key has an answer already: the web layer sends that answer again."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__("the key has an answer already")
        self.status = status
        self.body = body


class IdempotencyConflictError(DmsError):
    """Raised when a key comes again with another body; the client needs a new key."""

    code = "idempotenz-konflikt"
    kind = ErrorKind.INVALID
    title = "Der Idempotency-Key wurde schon mit anderem Inhalt verwendet"


class TwinRunningError(DmsError):
    """Raised when an identical request has been running for more than 30 s; the client tries again later."""

    code = "zwilling-laeuft"
    kind = ErrorKind.CONFLICT
    title = "Dieselbe Anfrage wird gerade verarbeitet"
    retry_after = 5
