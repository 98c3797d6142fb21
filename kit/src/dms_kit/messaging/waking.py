"""Waking of relays: one debounced NOTIFY outside every transaction, with polling as the net."""

import asyncio
import contextlib

import asyncpg

from dms_kit.database import is_unavailable

_DEBOUNCE_SECONDS = 0.005


def channel_of(service: str) -> str:
    """Return the NOTIFY channel on which a service's relay listens."""
    return f"dms_{service}_outbox"


class Waker:
    """
    Wakes the relay of a service after commits, from whichever process.

    A NOTIFY inside the transaction would serialise all commits; so many commits share one NOTIFY a moment later, on a
    connection of its own. A lost one costs the relay's polling pause (200 ms), nothing more.
    """

    def __init__(self, url: str, service: str) -> None:
        self._dsn = url.replace("postgresql+asyncpg://", "postgresql://")
        self._channel = channel_of(service)
        self._task: asyncio.Task[None] | None = None
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._again = False

    def wake(self) -> None:
        """Ask for a NOTIFY soon; returns at once."""
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._notify())

    async def close(self) -> None:
        """End the pending NOTIFY and its connection."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close(timeout=1)

    async def _notify(self) -> None:
        while self._again:
            await asyncio.sleep(_DEBOUNCE_SECONDS)
            self._again = False
            try:
                if self._connection is None or self._connection.is_closed():
                    self._connection = await asyncpg.connect(self._dsn, timeout=5)
                await self._connection.execute(f"NOTIFY {self._channel}")
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                self._connection = None
                if not is_unavailable(error):
                    raise
