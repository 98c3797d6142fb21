"""A pool of connections that serves those who wait in the order in which they came."""

import asyncio
from collections import deque

from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry
from sqlalchemy.util import await_
from sqlalchemy.util.queue import Empty, Full, QueueCommon


class _FairQueue(QueueCommon[ConnectionPoolEntry]):
    """Hands a returned connection to the one who has waited longest, never to a newcomer."""

    def __init__(self, maxsize: int = 0, use_lifo: bool = False) -> None:
        self.maxsize = maxsize
        self.use_lifo = use_lifo
        self._items: deque[ConnectionPoolEntry] = deque()
        self._waiting: deque[asyncio.Future[ConnectionPoolEntry]] = deque()

    def empty(self) -> bool:
        return not self._items

    def full(self) -> bool:
        return 0 < self.maxsize <= len(self._items)

    def qsize(self) -> int:
        return len(self._items)

    def put_nowait(self, item: ConnectionPoolEntry) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(item)
                return
        if self.full():
            raise Full
        self._items.append(item)

    def put(self, item: ConnectionPoolEntry, block: bool = True, timeout: float | None = None) -> None:  # noqa: ARG002
        self.put_nowait(item)

    def get_nowait(self) -> ConnectionPoolEntry:
        if not self._items:
            raise Empty
        return self._items.pop() if self.use_lifo else self._items.popleft()

    def get(self, block: bool = True, timeout: float | None = None) -> ConnectionPoolEntry:
        # There are items only while nobody waits.
        if self._items or not block:
            return self.get_nowait()
        return await_(self._wait(timeout))

    async def _wait(self, timeout: float | None) -> ConnectionPoolEntry:  # noqa: ASYNC109 - the pool's own, not ours
        waiter: asyncio.Future[ConnectionPoolEntry] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(timeout):
                return await waiter
        except TimeoutError as error:
            self._give_back(waiter)
            raise Empty from error
        except asyncio.CancelledError:
            self._give_back(waiter)
            raise

    def _give_back(self, waiter: asyncio.Future[ConnectionPoolEntry]) -> None:
        # It may have been given a connection in the moment in which it stopped waiting.
        if waiter.done() and not waiter.cancelled():
            self.put_nowait(waiter.result())
        waiter.cancel()


class FairPool(AsyncAdaptedQueuePool):
    """
    SQLAlchemy's pool, but first come, first served.

    Its own queue gives a connection to whoever asks in the moment in which it is returned. With more clients than
    connections, those who come again at once take it every time, and those who wait wait until they give up.
    """

    _queue_class = _FairQueue
