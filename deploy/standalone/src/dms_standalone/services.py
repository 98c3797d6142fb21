"""The four services as the embedded profile composes them: the same functions that their own processes use."""

import asyncio
import contextlib
import importlib
import io
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from dms_kit.migrations import SchemaMismatchError, await_fitting_schema
from dms_kit.telemetry import configure_logging
from dms_standalone.errors import OperatorError
from dms_standalone.provision import SERVICES, settings_of

_LOG_LIMIT_BYTES = 50 * 1024 * 1024


def main_of(service: str) -> Any:
    """Return a service's `main` module."""
    return importlib.import_module(f"dms_{service}.main")


def load() -> None:
    """Import all services: most of the time of a start."""
    for service in SERVICES:
        main_of(service)


@asynccontextmanager
async def containers() -> AsyncIterator[Mapping[str, Any]]:
    """
    Build every service's container from the settings of the environment; close them at the end.

    Raises `OperatorError` before anything is served or consumed when a service's schema does not fit its code.
    """
    await _check_schemas()
    async with contextlib.AsyncExitStack() as stack:
        built = {}
        for service in SERVICES:
            bootstrap = importlib.import_module(f"dms_{service}.bootstrap")
            built[service] = bootstrap.build(settings_of(service))
            stack.push_async_callback(built[service].close)
        yield built


async def _check_schemas() -> None:
    checks = (await_fitting_schema(settings_of(name).system_database_url, main_of(name).SCHEMA) for name in SERVICES)
    # Each to its end: what is cancelled while it closes its connection leaves that to the garbage collector.
    for outcome in await asyncio.gather(*checks, return_exceptions=True):
        if isinstance(outcome, SchemaMismatchError):
            raise OperatorError(str(outcome)) from outcome
        if isinstance(outcome, BaseException):
            raise outcome


@asynccontextmanager
async def apps(built: Mapping[str, Any]) -> AsyncIterator[Mapping[str, ASGIApp]]:
    """Create every service's app, with its lifespan entered."""
    async with contextlib.AsyncExitStack() as stack:
        created = {}
        for service, container in built.items():
            app = main_of(service).create_app(container)
            await stack.enter_async_context(app.router.lifespan_context(app))
            created[service] = app
        yield created


async def run_workers(built: Mapping[str, Any], stop: asyncio.Event) -> None:
    """Run all relays and consumers until `stop` is set; the first that fails ends them all."""
    async with asyncio.TaskGroup() as group:
        for service, container in built.items():
            group.create_task(main_of(service).run_relay(container, stop))
            group.create_task(main_of(service).run_consumers(container, stop))


async def apply_demo(files: tuple[Path, ...]) -> None:
    """Apply the files of the demo municipalities by records' use case; twice changes nothing."""
    bootstrap = importlib.import_module("dms_records.bootstrap")
    container = bootstrap.build(settings_of("records"))
    try:
        for file in files:
            await main_of("records").apply(container, file)
    finally:
        await container.close()


def log_to(file: Path, service: str, level: str) -> None:
    """Send this process's events to a file: the terminal is for people."""
    if file.exists() and file.stat().st_size > _LOG_LIMIT_BYTES:
        file.replace(file.with_suffix(".1.jsonl"))
    stream = io.TextIOWrapper(file.open("ab"))
    with contextlib.redirect_stdout(stream):
        configure_logging(service, level=getattr(logging, level))
    # The events go to the file below; the wrapper would close it when it goes out of sight.
    stream.detach()
