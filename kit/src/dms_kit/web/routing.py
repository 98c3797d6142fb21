"""Routes whose JSON bodies are read strictly, so that they can declare plain Pydantic models."""

import email.message
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response, params
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route

from dms_kit.core.errors import DmsError, MalformedRequestError
from dms_kit.web import strict_json
from dms_kit.web.errors import BodyTooLargeError, UnsupportedMediaTypeError

BODY_ERROR = "dms.body_error"
BODY_LIMIT = "dms.body_limit"
API_ROUTES = "api_routes"
DEFAULT_BODY_LIMIT = 1024 * 1024
# Stands in for a body that cannot be read, so that tokens and rights are judged before it. Models are filled from the
# attributes of objects too, and one without required fields would take any object but those of built-in types.
_UNREADABLE_BODY = ...


class StrictRequest(Request):
    """A request that reads at most the limit and parses by `strict_json`."""

    async def body(self) -> bytes:
        """Read the whole body; raises BodyTooLargeError beyond the limit."""
        if not hasattr(self, "_body"):
            self._body = await self._read()
            if self._body and not _is_json(self.headers.get("content-type", "")):
                self.scope[BODY_ERROR] = UnsupportedMediaTypeError("Erwartet wird application/json.")
        return self._body

    async def json(self) -> Any:
        """Parse the body; a malformed one fits no model, and its error waits in the scope."""
        try:
            return strict_json.parse(await self.body())
        except MalformedRequestError as error:
            self.scope[BODY_ERROR] = error
            return _UNREADABLE_BODY

    async def _read(self) -> bytes:
        limit: int = self.scope.get(BODY_LIMIT, DEFAULT_BODY_LIMIT)
        declared = self.headers.get("content-length", "")
        if declared.isdecimal() and int(declared[:20]) > limit:
            raise _too_large(limit)
        collected = bytearray()
        async for chunk in self.stream():
            collected += chunk
            if len(collected) > limit:
                raise _too_large(limit)
        return bytes(collected)


class StrictRoute(APIRoute):
    """A route that hands a `StrictRequest` to FastAPI when it declares a JSON body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()
        if not reads_json(self):
            return handle

        async def strict(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strict


class Router(APIRouter):
    """The router of every service; its routes read JSON strictly."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("route_class", StrictRoute)
        super().__init__(**options)


def reads_json(route: APIRoute) -> bool:
    """Say whether a route declares a JSON body (and not a form)."""
    return route.body_field is not None and not isinstance(route.body_field.field_info, params.Form)


def body_error(request: Request) -> DmsError | None:
    """Return why the body could not be read, if it could not."""
    error = request.scope.get(BODY_ERROR)
    return error if isinstance(error, DmsError) else None


def allowed_methods(request: Request) -> list[str]:
    """Return the methods of all routes that share the path of the request; FastAPI's own answer names one route's."""
    routes: Sequence[BaseRoute] = getattr(request.app.state, API_ROUTES, ())
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    found = [route.methods or set() for route in routes if isinstance(route, Route) and route.path_regex.match(path)]
    return sorted(set[str]().union(*found))


def _too_large(limit: int) -> BodyTooLargeError:
    return BodyTooLargeError(f"Die Anfrage darf höchstens {limit} Bytes groß sein.")


def _is_json(content_type: str) -> bool:
    message = email.message.Message()
    message["content-type"] = content_type or "application/octet-stream"
    subtype = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))
