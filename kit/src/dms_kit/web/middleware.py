"""What happens around every request, as plain ASGI: request id, trace, log line, metrics, headers, last resort."""

import time
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dms_kit.core.errors import MalformedRequestError
from dms_kit.core.ids import new_id
from dms_kit.core.trace import traced
from dms_kit.telemetry import HTTP_REQUESTS, HTTP_SECONDS
from dms_kit.web.problems import PROBLEM_CODE, problem_of, problem_of_unexpected
from dms_kit.web.routing import BODY_LIMIT, DEFAULT_BODY_LIMIT

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NO_ROUTE = "unbekannt"
_JSON_TYPES = ("application/json", "application/problem+json")
_CLIENT_GONE = 499
_SERVER_ERROR = 500

log = structlog.get_logger()


class TraceMiddleware:
    """Gives each request an id and a trace context; a client may bring both, the id only as a UUID."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _uuid_or_new(headers.get("x-request-id"))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with traced(headers.get("traceparent"), request_id):
            await self._app(scope, receive, send_with_id)


class ObserveMiddleware:
    """Writes one log line and the metrics of each request, by route template and never with a query string."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = _CLIENT_GONE

        async def watching_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watching_send)
        except Exception:
            status = _SERVER_ERROR
            raise
        finally:
            self._observe(scope, status, time.perf_counter() - started)

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", _NO_ROUTE)
        method = scope["method"] if scope["method"] in _METHODS else "andere"
        HTTP_REQUESTS.labels(self._service, method, route, status).inc()
        HTTP_SECONDS.labels(self._service, method, route).observe(seconds)
        write = log.error if status >= _SERVER_ERROR else log.info
        fields = {"problem": scope[PROBLEM_CODE]} if PROBLEM_CODE in scope else {}
        write("http.request", method=method, route=route, status=status, ms=round(seconds * 1000, 1), **fields)


class HeadersMiddleware:
    """Adds the headers that every answer has; a header that a route has set stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                if headers.get("content-type", "").startswith(_JSON_TYPES):
                    headers.setdefault("Cache-Control", "private, no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class LastResortMiddleware:
    """Answers every exception that no handler took, refuses NUL in the query, hands on the limit for JSON bodies."""

    def __init__(self, app: ASGIApp, body_limit: int = DEFAULT_BODY_LIMIT) -> None:
        self._app = app
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[BODY_LIMIT] = self._body_limit
        started = False

        async def watching_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        if b"%00" in scope["query_string"]:
            refusal = MalformedRequestError("Die Abfrage enthält NUL-Zeichen.")
            await problem_of(Request(scope), refusal)(scope, receive, send)
            return
        try:
            await self._app(scope, receive, watching_send)
        except ClientDisconnect:
            log.info("http.client_gone")
        except Exception as error:
            if started:
                raise
            await problem_of_unexpected(Request(scope), error)(scope, receive, send)


def _uuid_or_new(given: str | None) -> str:
    if given is not None:
        try:
            return str(uuid.UUID(given))
        except ValueError:
            pass
    return str(new_id())
