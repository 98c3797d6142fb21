"""The process that accepts: all four APIs and the development issuer on one port, beside the children that file."""

import asyncio
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import structlog
import uvicorn
from starlette.types import ASGIApp

from dms_gateway.dispatch import Gateway
from dms_kit.process import settle_memory
from dms_standalone import banner
from dms_standalone.child import Child
from dms_standalone.conditions import start_conditions
from dms_standalone.data_folder import DataFolder
from dms_standalone.errors import OperatorError
from dms_standalone.housekeeping import keep_house
from dms_standalone.metrics import serve_merged
from dms_standalone.options import Options
from dms_standalone.origin import Condition, Origin, open_when
from dms_standalone.ports import free_port
from dms_standalone.postgres import PostgresServer
from dms_standalone.services import apps, containers
from dms_standalone.tokens import token_url

_DRAIN_SECONDS = 3
_POLL_SECONDS = 0.2

log = structlog.get_logger()


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: the supervisor decides what ends when."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What the supervisor has prepared when serving begins."""

    options: Options
    folder: DataFolder
    url: str
    listener: socket.socket
    postgres: PostgresServer | None
    superuser_url: str
    issuer: ASGIApp | None
    children: Sequence[Child]


async def serve(installation: Installation) -> None:
    """Serve until SIGINT or SIGTERM, then drain, end the children and close everything."""
    stop, children = asyncio.Event(), installation.children
    refusals: list[Exception] = []
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    metrics_port = installation.options.metrics_port or free_port()
    async with containers() as built, apps(built) as created:
        origin = Origin(Gateway(created), installation.issuer)
        with ExitStack() as stack:
            stack.callback(serve_merged(metrics_port, children))
            print(_started(installation, metrics_port), flush=True)
            conditions = start_conditions(built, children, installation.superuser_url)
            try:
                async with asyncio.TaskGroup() as group:
                    for child in children:
                        group.create_task(child.run(stop))
                    group.create_task(_serve_http(origin, installation.listener, stop))
                    if installation.postgres is not None:
                        group.create_task(_keep_database(installation.postgres, stop))
                    if installation.options.workers_apart:
                        group.create_task(keep_house(built, stop))
                    group.create_task(_announce(origin, conditions, stop))
            except* OperatorError as errors:
                refusals.extend(errors.exceptions)
    if refusals:
        raise refusals[0]


def _started(installation: Installation, metrics_port: int) -> str:
    issuers = installation.options.issuers
    return banner.started(
        url=installation.url,
        data=installation.folder.path,
        metrics_port=metrics_port,
        token_url=None if installation.options.is_production else token_url(issuers, installation.url),
    )


async def _serve_http(origin: ASGIApp, listener: socket.socket, stop: asyncio.Event) -> None:
    config = uvicorn.Config(
        origin,
        loop="uvloop",
        http="httptools",
        ws="none",
        proxy_headers=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        timeout_keep_alive=30,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.should_exit = True
        stop.set()
        stopping.cancel()
        await serving


async def _keep_database(postgres: PostgresServer, stop: asyncio.Event) -> None:
    while not stop.is_set():
        if postgres.pid is None:
            log.error("postgres.ended")
            # In this thread on purpose: the kernel ties the server's life to it. Without a database nothing waits here.
            postgres.start()
        await asyncio.sleep(_POLL_SECONDS)


async def _announce(origin: Origin, conditions: dict[str, Condition], stop: asyncio.Event) -> None:
    # While the children start: what they wait for takes longer.
    settle_memory()
    seconds = await open_when(origin, conditions, stop)
    if seconds is not None:
        print(f"Ready after {seconds:.1f} s. Ctrl-C ends it.", flush=True)
