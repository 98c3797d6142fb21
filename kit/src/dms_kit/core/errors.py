"""The base of all errors that a caller may be told of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any


class ErrorKind(Enum):
    """What sort of refusal an error is; `dms_kit.web.problems` alone knows the HTTP status of each."""

    BAD_REQUEST = "bad_request"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    GONE = "gone"
    PRECONDITION_FAILED = "precondition_failed"
    PRECONDITION_REQUIRED = "precondition_required"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    RANGE_NOT_SATISFIABLE = "range_not_satisfiable"
    INVALID = "invalid"
    UNAVAILABLE = "unavailable"
    STORAGE_FULL = "storage_full"


@dataclass(frozen=True)
class FieldError:
    """One fault of an input: a JSON pointer (RFC 6901) and a German sentence."""

    pointer: str
    detail: str


class DmsError(Exception):
    """
    Base of every error with a stable code; becomes a problem document (RFC 9457) in `dms_kit.web.problems`.

    `code` names the page `docs/problems/<code>.md`, `title` and `detail` are German and hold no personal data.
    `retry_after` is in seconds. `members` are further members of the document, for what the caller may know.
    """

    code: str
    kind: ErrorKind
    title: str
    retry_after: int | None = None

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = tuple(errors)
        self.members = dict(members or {})
        if retry_after is not None:
            self.retry_after = retry_after


class NotFoundError(DmsError):
    """Raised when an object does not exist or must not be seen by the caller: both look the same."""

    code = "nicht-gefunden"
    kind = ErrorKind.NOT_FOUND
    title = "Nicht gefunden"


class UnauthenticatedError(DmsError):
    """Raised by the token verifier; the caller must bring a valid token."""

    code = "nicht-angemeldet"
    kind = ErrorKind.UNAUTHENTICATED
    title = "Es fehlt ein gültiges Zugriffstoken"


class ForbiddenError(DmsError):
    """Raised when none of the caller's memberships holds the right of an operation at all."""

    code = "keine-berechtigung"
    kind = ErrorKind.FORBIDDEN
    title = "Für diese Aktion fehlt die Berechtigung"


class InvalidInputError(DmsError):
    """Raised when an input is well-formed but breaks a rule; `errors` point at each fault."""

    code = "eingabe-ungueltig"
    kind = ErrorKind.INVALID
    title = "Die Eingabe ist ungültig"


class MalformedRequestError(DmsError):
    """Raised when a request cannot be read at all (broken JSON, broken multipart, a missing header)."""

    code = "anfrage-unlesbar"
    kind = ErrorKind.BAD_REQUEST
    title = "Die Anfrage ist nicht lesbar"


class PreconditionRequiredError(DmsError):
    """Raised when a changing request comes without If-Match."""

    code = "if-match-fehlt"
    kind = ErrorKind.PRECONDITION_REQUIRED
    title = "Die Anfrage braucht einen If-Match-Kopf"


class PreconditionFailedError(DmsError):
    """Raised when the given ETag is not that of the current state; the caller reloads and tries again."""

    code = "etag-veraltet"
    kind = ErrorKind.PRECONDITION_FAILED
    title = "Der Stand wurde inzwischen geändert"


class UnavailableError(DmsError):
    """Raised when a dependency (database, store, index, issuer) does not answer; consumers retry for ever."""

    code = "nicht-verfuegbar"
    kind = ErrorKind.UNAVAILABLE
    title = "Der Dienst ist vorübergehend nicht verfügbar"
    retry_after = 5


class StorageFullError(DmsError):
    """Raised when the volume of the store or of the database is full; nothing was accepted."""

    code = "speicher-voll"
    kind = ErrorKind.STORAGE_FULL
    title = "Der Speicher ist voll"
    retry_after = 60
