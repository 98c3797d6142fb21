"""Errors become problem documents (RFC 9457) here and nowhere else; this module alone maps them to HTTP."""

import errno
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from dms_kit.core.errors import (
    DmsError,
    ErrorKind,
    FieldError,
    InvalidInputError,
    MalformedRequestError,
    NotFoundError,
    StorageFullError,
    UnavailableError,
)
from dms_kit.core.idempotency import AlreadyAnsweredError
from dms_kit.core.trace import current_request_id
from dms_kit.database import is_disk_full, is_unavailable, sqlstate
from dms_kit.telemetry import frames_of
from dms_kit.web.idempotency import replayed
from dms_kit.web.routing import allowed_methods, body_error
from dms_kit.web.validation import field_errors, has_missing_header, is_about_path

MEDIA_TYPE = "application/problem+json"
SCHEMA = "Problem"
PROBLEM_CODE = "dms.problem_code"

STATUS: Mapping[ErrorKind, int] = {
    ErrorKind.BAD_REQUEST: 400,
    ErrorKind.UNAUTHENTICATED: 401,
    ErrorKind.FORBIDDEN: 403,
    ErrorKind.NOT_FOUND: 404,
    ErrorKind.CONFLICT: 409,
    ErrorKind.GONE: 410,
    ErrorKind.PRECONDITION_FAILED: 412,
    ErrorKind.TOO_LARGE: 413,
    ErrorKind.UNSUPPORTED_MEDIA_TYPE: 415,
    ErrorKind.RANGE_NOT_SATISFIABLE: 416,
    ErrorKind.INVALID: 422,
    ErrorKind.PRECONDITION_REQUIRED: 428,
    ErrorKind.UNAVAILABLE: 503,
    ErrorKind.STORAGE_FULL: 507,
}

log = structlog.get_logger()


@dataclass(frozen=True)
class Problem:
    """One kind of problem as the API describes it."""

    code: str
    status: int
    title: str


# What HTTP itself refuses, and what no one foresaw: there is no domain error behind these.
_HTTP_PROBLEMS = {
    405: Problem("methode-nicht-erlaubt", 405, "Diese Methode ist hier nicht erlaubt"),
    429: Problem("zu-viele-anfragen", 429, "Zu viele Anfragen"),
    500: Problem("interner-fehler", 500, "Ein interner Fehler ist aufgetreten"),
}


class _Registry(Mapping[str, Problem]):
    """All problems by code: every `DmsError` subclass that is imported, and those of HTTP itself."""

    def __getitem__(self, code: str) -> Problem:
        return self._collected()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._collected())

    def __len__(self) -> int:
        return len(self._collected())

    def _collected(self) -> dict[str, Problem]:
        found = {problem.code: problem for problem in _HTTP_PROBLEMS.values()}
        waiting = DmsError.__subclasses__()
        while waiting:
            error = waiting.pop()
            waiting.extend(error.__subclasses__())
            if hasattr(error, "code"):
                found.setdefault(error.code, Problem(error.code, STATUS[error.kind], error.title))
        return dict(sorted(found.items()))


PROBLEMS: Mapping[str, Problem] = _Registry()


def problem_responses(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Describe problems for FastAPI's `responses=`; codes of one status share an entry. Unknown codes: KeyError."""
    responses: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        problem = PROBLEMS[code]
        entry = responses.setdefault(problem.status, {"description": "", "content": {MEDIA_TYPE: {}}})
        add_to_description(entry, problem)
    return responses


def add_to_description(entry: dict[str, Any], problem: Problem) -> None:
    """Add a problem to the OpenAPI response of its status, once."""
    content = entry.setdefault("content", {}).setdefault(MEDIA_TYPE, {})
    examples = content.setdefault("examples", {})
    if problem.code in examples:
        return
    content["schema"] = {"$ref": f"#/components/schemas/{SCHEMA}"}
    examples[problem.code] = {"summary": problem.title, "value": _document(problem, problem.title, ())}
    entry["description"] = " · ".join(example["summary"] for example in examples.values())


def install(app: FastAPI) -> None:
    """Register the handlers; the one for any exception is called by the middleware (`problem_of_unexpected`)."""
    app.add_exception_handler(DmsError, _handle_dms_error)
    app.add_exception_handler(RequestValidationError, _handle_validation_error)
    app.add_exception_handler(HTTPException, _handle_http_error)
    app.add_exception_handler(AlreadyAnsweredError, _handle_already_answered)


def problem_of(request: Request, error: DmsError) -> Response:
    """Answer a foreseen error."""
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if error.kind is ErrorKind.UNAUTHENTICATED:
        given = "authorization" in request.headers
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if given else "Bearer"
    problem = Problem(error.code, STATUS[error.kind], error.title)
    return _respond(request, problem, error.detail, errors=error.errors, headers=headers, members=error.members)


def problem_of_unexpected(request: Request, error: Exception) -> Response:
    """Answer any other exception: database away, volume full, or our own fault; its text stays inside."""
    passing = StorageFullError() if _is_full(error) else UnavailableError() if is_unavailable(error) else None
    if passing is not None:
        # What it was that did not answer is for operations alone.
        log.warning(
            "http.dependency_failed", error=type(error).__name__, sqlstate=sqlstate(error), frames=frames_of(error)
        )
        return problem_of(request, passing)
    log.error("http.failed", error=type(error).__name__, frames=frames_of(error))
    problem = _HTTP_PROBLEMS[500]
    return _respond(request, problem, problem.title)


async def _handle_dms_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DmsError)
    return problem_of(request, error)


async def _handle_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    unreadable = body_error(request)
    if unreadable is not None:
        return problem_of(request, unreadable)
    faults = error.errors()
    if is_about_path(faults):
        return problem_of(request, NotFoundError())
    if has_missing_header(faults):
        return problem_of(request, MalformedRequestError("Ein Kopf fehlt.", errors=field_errors(faults)))
    return problem_of(request, InvalidInputError(errors=field_errors(faults)))


async def _handle_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, DmsError):
        return problem_of(request, error.__cause__)
    if isinstance(error.__cause__, ClientDisconnect):
        raise error.__cause__
    problem = _http_problem(error.status_code)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(allowed_methods(request))
    return _respond(request, problem, problem.title, headers=headers)


async def _handle_already_answered(request: Request, error: Exception) -> Response:
    assert isinstance(error, AlreadyAnsweredError)
    return replayed(request, error)


def _http_problem(status: int) -> Problem:
    if status in _HTTP_PROBLEMS:
        return _HTTP_PROBLEMS[status]
    core = [problem for problem in PROBLEMS.values() if problem.status == status]
    if core:
        by_code = {problem.code: problem for problem in core}
        preferred = ("anfrage-unlesbar", "nicht-gefunden", "anfrage-zu-gross", "eingabe-ungueltig")
        return next((by_code[code] for code in preferred if code in by_code), core[0])
    return Problem("anfrage-unlesbar", status, "Die Anfrage ist nicht lesbar")


def _is_full(error: BaseException) -> bool:
    return is_disk_full(error) or (isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT})


def _respond(
    request: Request,
    problem: Problem,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    request.scope[PROBLEM_CODE] = problem.code
    document = _document(problem, detail, errors, instance=current_request_id() or str(uuid.uuid4()))
    content = orjson.dumps({**(members or {}), **document})
    return Response(content, status_code=problem.status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def _document(
    problem: Problem,
    detail: str,
    errors: Iterable[FieldError],
    *,
    instance: str = "019ac1a2-5f00-7000-8000-000000000000",
) -> dict[str, Any]:
    document: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "instance": f"urn:uuid:{instance}",
    }
    if faults := [{"pointer": fault.pointer, "detail": fault.detail} for fault in errors]:
        document["errors"] = faults
    return document
