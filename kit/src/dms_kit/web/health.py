"""Liveness and readiness of one process."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse

from dms_kit.telemetry import DEPENDENCY_UP

Check = Callable[[], Awaitable[Any]]

_CHECK_SECONDS = 2.0
_CACHED_SECONDS = 1.0

log = structlog.get_logger()


class Readiness:
    """
    Runs the named checks together, each for at most 2 s, and remembers the outcome for 1 s.

    Only a failing critical check makes the process unready; any other one is reported as `eingeschraenkt`.
    """

    def __init__(self, service: str, checks: Mapping[str, Check], critical: Collection[str] = ()) -> None:
        if unknown := set(critical) - checks.keys():
            message = f"no such checks: {sorted(unknown)}"
            raise ValueError(message)
        self._service = service
        self._checks = dict(checks)
        self._critical = frozenset(critical)
        self._lock = asyncio.Lock()
        self._states: dict[str, bool] = {}
        self._checked_at = float("-inf")

    async def states(self) -> dict[str, bool]:
        """Return each dependency with whether its check passed."""
        async with self._lock:
            if time.monotonic() - self._checked_at > _CACHED_SECONDS:
                passed = await asyncio.gather(*(self._passes(name, check) for name, check in self._checks.items()))
                self._states = dict(zip(self._checks, passed, strict=True))
                self._checked_at = time.monotonic()
        return dict(self._states)

    async def report(self) -> tuple[int, dict[str, Any]]:
        """Return HTTP status and document: `bereit`, `eingeschraenkt` or, with 503, `nicht_bereit`."""
        states = await self.states()
        failed = {name for name, passed in states.items() if not passed}
        status = "nicht_bereit" if failed & self._critical else "eingeschraenkt" if failed else "bereit"
        dependencies = {name: self._word(name, passed=passed) for name, passed in states.items()}
        document = {"status": status, "dienst": self._service, "abhaengigkeiten": dependencies}
        return (503 if status == "nicht_bereit" else 200), document

    def _word(self, name: str, *, passed: bool) -> str:
        if passed:
            return "bereit"
        return "nicht_bereit" if name in self._critical else "eingeschraenkt"

    async def _passes(self, name: str, check: Check) -> bool:
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                await check()
        except Exception as error:  # noqa: BLE001 - whatever a check raises, its dependency is not ready
            log.warning("health.check_failed", dependency=name, error=type(error).__name__)
            passed = False
        else:
            passed = True
        DEPENDENCY_UP.labels(self._service, name).set(passed)
        return passed


def health_router(readiness: Readiness) -> APIRouter:
    """Return the routes /health/live and /health/ready; they need no token and stay out of the API document."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "lebt"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        status, document = await readiness.report()
        headers = {"Retry-After": "1"} if status == 503 else {}
        return JSONResponse(document, status_code=status, headers=headers)

    return router


def create_health_app(readiness: Readiness) -> FastAPI:
    """Return the small app for processes without an API of their own (relay, consumers)."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(health_router(readiness))
    return app
