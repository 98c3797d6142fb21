"""The one origin of the embedded profile: issuer, gateway, and a readiness that waits for every service once."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_POLL_SECONDS = 0.1

Condition = Callable[[], Awaitable[bool]]


class Origin:
    """Hands requests to the issuer (/oidc) or the gateway; answers 503 to /health/ready until `opened` was called."""

    def __init__(self, gateway: ASGIApp, issuer: ASGIApp | None) -> None:
        self._gateway = gateway
        self._issuer = issuer
        self._waiting_for: tuple[str, ...] | None = ("dienste",)

    def wait_for(self, conditions: tuple[str, ...]) -> None:
        """Say what is still missing."""
        self._waiting_for = conditions

    def open(self) -> None:
        """Leave readiness to ingest from now on."""
        self._waiting_for = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            # There are no WebSockets here, and lifespans are run by whoever made the apps.
            await send({"type": "websocket.close"})
            return
        path = scope["path"]
        if path == "/health/ready" and self._waiting_for is not None:
            document = {"status": "nicht_bereit", "dienst": "standalone", "wartet_auf": list(self._waiting_for)}
            await JSONResponse(document, status_code=503, headers={"Retry-After": "1"})(scope, receive, send)
        elif self._issuer is not None and (path == "/oidc" or path.startswith("/oidc/")):
            await self._issuer(scope, receive, send)
        else:
            await self._gateway(scope, receive, send)


async def open_when(origin: Origin, conditions: dict[str, Condition], stop: asyncio.Event) -> float | None:
    """Wait until each condition held once, then open; returns the seconds it took, None when stopped before."""
    started, missing = time.monotonic(), dict(conditions)
    while missing and not stop.is_set():
        for name, holds in list(missing.items()):
            if await holds():
                del missing[name]
        origin.wait_for(tuple(missing))
        if missing:
            await asyncio.sleep(_POLL_SECONDS)
    if stop.is_set():
        return None
    origin.open()
    return time.monotonic() - started
