"""A limit on bytes per second."""

import asyncio
import time
from collections.abc import Awaitable, Callable


class Throttle:
    """Makes a reader wait so that it keeps to a rate; what it did not use up is not saved for later."""

    def __init__(
        self,
        bytes_per_second: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate = bytes_per_second
        self._monotonic = monotonic
        self._sleep = sleep
        self._due = 0.0

    async def take(self, size: int) -> None:
        """Wait until `size` bytes more are within the rate; a rate of 0 is none."""
        if not self._rate:
            return
        now = self._monotonic()
        self._due = max(self._due, now) + size / self._rate
        await self._sleep(self._due - now)
