"""An ASGI app that hands each request to the app of its service: the gateway within one process."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from dms_gateway.routes import service_for


class Gateway:
    """Dispatches HTTP by the table of routes; whoever serves it also runs the lifespans of the apps."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an HTTP request on as it is; nothing else arrives here."""
        await self._apps[service_for(scope["path"])](scope, receive, send)
