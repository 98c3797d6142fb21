"""What every process of a service is started with: a command line, signals, and the loops that measure it."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

_MEASURE_SECONDS = 5.0

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One verb of `python -m dms_<service> <verb>`; `run` returns the exit code, None for 0."""

    name: str
    help: str
    run: Callable[[argparse.Namespace], Awaitable[int | None]]
    arguments: Callable[[argparse.ArgumentParser], None] = lambda _parser: None


class Measurable(Protocol):
    """A relay or consumer that can set its gauges."""

    async def measure(self) -> None:
        """Set the gauges."""
        ...


def run_command_line(service: str, verbs: Sequence[Verb], arguments: Sequence[str] | None = None) -> int:
    """Parse the command line of a service and run its verb; returns the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m dms_{service}", description=f"Prozesse des Dienstes {service}")
    choices = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in verbs:
        chosen = choices.add_parser(verb.name, help=verb.help, description=verb.help)
        verb.arguments(chosen)
        chosen.set_defaults(run=verb.run)
    namespace = parser.parse_args(arguments)
    try:
        return asyncio.run(namespace.run(namespace)) or 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        print(f"Fehler: {error.strerror or error}", file=sys.stderr)  # noqa: T201 - the answer of a command line
        return 1


def yield_processor(niceness: int = 0) -> None:
    """
    Let other work go first: raise this process's niceness, and give its whole session the same.

    Linux shares the processor among sessions first (autogroups), and a process's niceness counts only within its own.
    """
    reached = os.nice(niceness)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(reached), encoding="ascii")


async def run_until_signal(run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run something that ends when its event is set; SIGINT and SIGTERM set it."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await run(stop)


async def measure_until(stop: asyncio.Event, measured: Sequence[Measurable]) -> None:
    """Set the gauges every 5 s; a failing measurement is logged and tried again."""
    while not stop.is_set():
        for one in measured:
            try:
                await one.measure()
            except Exception as error:  # noqa: BLE001 - measuring must never end the measured
                log.warning("measure.failed", error=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _MEASURE_SECONDS)
