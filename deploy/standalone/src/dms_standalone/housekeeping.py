"""What a cluster does by scheduled jobs: objects that nothing names are reaped, old messages leave the bus."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from dms_standalone.services import main_of

EVERY = timedelta(hours=1)
# Far above the hour that an upload may take: what is older and unnamed will never be named.
GRACE = timedelta(hours=24)
REAPING = ("ingest", "records")

log = structlog.get_logger()


async def keep_house(
    built: Mapping[str, Any], stop: asyncio.Event, *, every: timedelta = EVERY, grace: timedelta = GRACE
) -> None:
    """Tidy at the start and then every hour until `stop` is set; a failure is logged and tried again next time."""
    while not stop.is_set():
        for service in REAPING:
            try:
                await main_of(service).reap(built[service], grace)
            except Exception as error:
                log.exception("reap.failed", of=service, error=type(error).__name__)
        try:
            await built[REAPING[0]].bus.prune()
        except Exception as error:
            log.exception("prune.failed", error=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every.total_seconds())
