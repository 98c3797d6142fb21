"""Lanes: of those who are going to wait for the same thing, few at a time go where waiting is dear."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from dms_kit.core.errors import UnavailableError


class Lanes:
    """
    Lets at most `width` at a time in for each key, in the order of asking; UnavailableError after `seconds`.

    Who waits for a lock of the database keeps a connection from all others meanwhile; who waits here keeps nothing.
    """

    def __init__(self, width: int, *, seconds: float) -> None:
        self._width = width
        self._seconds = seconds
        # A lane is kept by those who are in it or wait for it.
        self._lanes: WeakValueDictionary[Hashable, asyncio.Semaphore] = WeakValueDictionary()

    def __len__(self) -> int:
        """Return how many keys somebody is in or waits for."""
        return len(self._lanes)

    @asynccontextmanager
    async def enter(self, key: Hashable) -> AsyncIterator[None]:
        """Be in the lane of a key."""
        lane = self._lanes.setdefault(key, asyncio.Semaphore(self._width))
        try:
            async with asyncio.timeout(self._seconds):
                await lane.acquire()
        except TimeoutError as error:
            raise UnavailableError from error
        try:
            yield
        finally:
            lane.release()
