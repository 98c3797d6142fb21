"""A bus on which a test is alone, however long the server behind it lives."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from dms_kit.ports.event_bus import Backlog, BusConsumer, Delivery, EventBus, Message


class OwnNamesBus:
    """Implements `EventBus` over another one; topics and groups get a suffix there that nobody sees here."""

    def __init__(self, bus: EventBus, suffix: str) -> None:
        self._bus = bus
        self._suffix = suffix

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish on topics of one's own."""
        await self._bus.publish([replace(message, topic=message.topic + self._suffix) for message in messages])

    @contextlib.asynccontextmanager
    async def consumer(self, group: str, topics: Sequence[str]) -> AsyncIterator[BusConsumer]:
        """Join a group of one's own."""
        names = [topic + self._suffix for topic in topics]
        async with self._bus.consumer(group + self._suffix, names) as member:
            yield _OwnNamesMember(member, self._suffix)

    async def backlog(self, group: str, topics: Sequence[str]) -> Backlog:
        """Say how far a group of one's own lags behind."""
        return await self._bus.backlog(group + self._suffix, [topic + self._suffix for topic in topics])

    async def ping(self) -> None:
        """Ask the bus behind."""
        await self._bus.ping()

    async def close(self) -> None:
        """Leave the bus behind to its owner."""


class _OwnNamesMember:
    def __init__(self, member: BusConsumer, suffix: str) -> None:
        self._member = member
        self._suffix = suffix

    async def fetch(self, *, limit: int = 200, wait: float = 0.2) -> Sequence[Delivery]:
        found = await self._member.fetch(limit=limit, wait=wait)
        return [self._renamed(one, one.message.topic.removesuffix(self._suffix)) for one in found]

    async def commit(self, deliveries: Sequence[Delivery]) -> None:
        await self._member.commit([self._renamed(one, one.message.topic + self._suffix) for one in deliveries])

    @staticmethod
    def _renamed(delivery: Delivery, topic: str) -> Delivery:
        return replace(delivery, message=replace(delivery.message, topic=topic))
