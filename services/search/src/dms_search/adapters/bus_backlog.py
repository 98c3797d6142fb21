"""Whether facts wait to be indexed, asked of the bus at most twice a second."""

import asyncio
import time
from collections.abc import Sequence

from dms_kit.core.errors import UnavailableError
from dms_kit.ports.event_bus import EventBus

_REMEMBERED_SECONDS = 0.5
_PATIENCE_SECONDS = 1.0
_AWAY_SECONDS = 5.0


class BusBacklog:
    """
    A `Backlog` of one group; "waiting" is remembered for half a second, "empty" never is.

    A bus that does not answer within a second counts as "waiting" for five: searching goes on without it.
    """

    def __init__(self, bus: EventBus, group: str, topics: Sequence[str]) -> None:
        self._bus = bus
        self._group = group
        self._topics = topics
        self._busy_until = float("-inf")

    async def is_empty(self) -> bool:
        """Ask the bus, unless something was waiting a moment ago."""
        if time.monotonic() < self._busy_until:
            return False
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                backlog = await self._bus.backlog(self._group, self._topics)
        except (TimeoutError, UnavailableError):
            self._busy_until = time.monotonic() + _AWAY_SECONDS
            return False
        if backlog.count == 0:
            return True
        self._busy_until = time.monotonic() + _REMEMBERED_SECONDS
        return False
