"""The FastAPI app of a service, put together the same way everywhere."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from dms_kit.ports.token_verifier import TokenVerifier
from dms_kit.web import problems
from dms_kit.web.health import Check, Readiness, health_router
from dms_kit.web.middleware import HeadersMiddleware, LastResortMiddleware, ObserveMiddleware, TraceMiddleware
from dms_kit.web.openapi import document_of
from dms_kit.web.routing import API_ROUTES, DEFAULT_BODY_LIMIT, StrictRoute, reads_json

_EXPOSED = ("ETag", "Location", "Retry-After", "Idempotency-Replayed", "Content-Disposition", "X-Request-Id")
_MAX_AGE_SECONDS = 600

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    *,
    title: str,
    service: str,
    verifier: TokenVerifier,
    routers: Sequence[APIRouter],
    ready_checks: Mapping[str, Check],
    critical: Collection[str] = (),
    cors_origins: Sequence[str] = (),
    body_limit: int = DEFAULT_BODY_LIMIT,
    state: Mapping[str, Any] | None = None,
    lifespan: Lifespan | None = None,
    description: str = "",
    version: str = "1.0.0",
) -> FastAPI:
    """
    Return the app of one service; its routers write their full `/api/v1/…` paths.

    `critical` names those checks without which the process is not ready, `body_limit` is in bytes and holds for JSON
    bodies, `state` becomes attributes of `request.app.state`. The document is `app.openapi()`; it has no route here.
    """
    app = FastAPI(
        title=title,
        version=version,
        description=description,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        middleware=_middleware(service, cors_origins, body_limit),
    )
    app.state.verifier = verifier
    for name, value in (state or {}).items():
        setattr(app.state, name, value)
    problems.install(app)
    _include(app, [health_router(Readiness(service, ready_checks, critical)), *routers])
    app.openapi = lambda: _document_once(app)  # type: ignore[method-assign]
    return app


def _middleware(service: str, cors_origins: Sequence[str], body_limit: int) -> list[Middleware]:
    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(cors_origins),
        allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["*"],
        expose_headers=list(_EXPOSED),
        max_age=_MAX_AGE_SECONDS,
    )
    return [
        Middleware(TraceMiddleware),
        Middleware(ObserveMiddleware, service=service),
        *([cors] if cors_origins else []),
        Middleware(HeadersMiddleware),
        Middleware(LastResortMiddleware, body_limit=body_limit),
    ]


def _include(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    routes = [route for router in routers for route in router.routes]
    for route in routes:
        if isinstance(route, APIRoute) and not isinstance(route, StrictRoute) and reads_json(route):
            message = f"{route.path} reads JSON: declare it on dms_kit.web.routing.Router"
            raise TypeError(message)
    # They write their full paths, so the routes serve as they are: including a router would analyse each once more, for
    # each app.
    app.router.routes.extend(routes)
    setattr(app.state, API_ROUTES, routes)


def _document_once(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = document_of(app)
    return app.openapi_schema
