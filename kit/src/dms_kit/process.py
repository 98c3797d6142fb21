"""What every process needs: signals, its share of the processor, calm memory, and the loop that measures it."""

import asyncio
import contextlib
import gc
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

import structlog

_MEASURE_SECONDS = 5.0
# So many new containers until the youngest are looked through, so many times until the next older ones are, and all.
_COLLECT_AT = (5_000, 5, 20)

log = structlog.get_logger()


class Measurable(Protocol):
    """A relay or consumer that can set its gauges."""

    async def measure(self) -> None:
        """Set the gauges."""
        ...


def yield_processor(niceness: int = 0) -> None:
    """
    Let other work go first: raise this process's niceness, and give its whole session the same.

    Linux shares the processor among sessions first (autogroups), and a process's niceness counts only within its own.
    """
    reached = os.nice(niceness)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(reached), encoding="ascii")


def settle_memory() -> None:
    """
    Have the garbage collector pass over all that a process has made by now, and look less often at what comes.

    To be called when it begins to serve. A full collection stops every request while it looks at all there is: among
    the 300,000 containers of four APIs for a quarter of a second, once a second under load, for a few dead ones.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AT)


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
