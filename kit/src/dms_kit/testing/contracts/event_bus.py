"""What every event bus promises."""

import asyncio
import uuid
from abc import ABC, abstractmethod
from collections.abc import Sequence

import pytest

from dms_kit.ports.event_bus import (
    MAX_MESSAGE_BYTES,
    BusConsumer,
    Delivery,
    EventBus,
    Message,
    MessageTooLargeError,
)


def a_message(topic: str, key: str, value: bytes, **headers: str) -> Message:
    """Return a message with the headers that every event has."""
    known = {"ce_id": str(uuid.uuid4()), "ce_type": "test.v1.Happened", "ce_time": "2026-01-02T03:04:05+00:00"}
    return Message(topic=topic, key=key, value=value, headers={**known, "dms-mandant": "dueren", **headers})


async def drain(member: BusConsumer, count: int) -> list[Delivery]:
    """Fetch until `count` deliveries are there; fails after 10 s."""
    found: list[Delivery] = []
    async with asyncio.timeout(10):
        while len(found) < count:
            found.extend(await member.fetch())
    return found


class EventBusContract(ABC):
    """Bind it with `make_bus`; each test works on topics of its own."""

    @pytest.fixture
    @abstractmethod
    async def bus(self) -> EventBus:
        """Return the adapter under test."""

    @pytest.fixture
    def topic(self) -> str:
        """Return a fresh topic."""
        return f"dms.test.t{uuid.uuid4().hex}.v1"

    @pytest.fixture
    def group(self) -> str:
        """Return a fresh group."""
        return f"g{uuid.uuid4().hex}"

    async def test_messages_of_a_key_arrive_in_order(self, bus: EventBus, topic: str, group: str) -> None:
        for number in range(30):
            await bus.publish([a_message(topic, f"k{number % 3}", str(number).encode())])
        async with bus.consumer(group, [topic]) as member:
            found = await drain(member, 30)
        for key in ("k0", "k1", "k2"):
            values = [int(delivery.message.value) for delivery in found if delivery.message.key == key]
            assert values == sorted(values)
            assert len(values) == 10

    async def test_concurrent_writers_lose_nothing(self, bus: EventBus, topic: str, group: str) -> None:
        async def write(writer: int) -> None:
            for number in range(20):
                await bus.publish([a_message(topic, f"w{writer}", str(number).encode())])

        async with bus.consumer(group, [topic]) as member:
            writers = asyncio.gather(*(write(writer) for writer in range(5)))
            found = await drain(member, 100)
            await writers
        assert len({delivery.message.id for delivery in found}) == 100

    async def test_uncommitted_work_comes_again(self, bus: EventBus, topic: str, group: str) -> None:
        await bus.publish([a_message(topic, "k", b"1"), a_message(topic, "k", b"2")])
        async with bus.consumer(group, [topic]) as member:
            first = await drain(member, 2)
            await member.commit(first[:1])
        async with bus.consumer(group, [topic]) as member:
            again = await drain(member, 1)
        assert [delivery.message.value for delivery in again] == [b"2"]

    async def test_groups_are_independent(self, bus: EventBus, topic: str, group: str) -> None:
        await bus.publish([a_message(topic, "k", b"1")])
        for name in (group, f"{group}-other"):
            async with bus.consumer(name, [topic]) as member:
                found = await drain(member, 1)
                await member.commit(found)
            assert found[0].message.value == b"1"

    async def test_committed_work_does_not_come_again(self, bus: EventBus, topic: str, group: str) -> None:
        await bus.publish([a_message(topic, "k", b"1")])
        async with bus.consumer(group, [topic]) as member:
            await member.commit(await drain(member, 1))
        async with bus.consumer(group, [topic]) as member:
            assert list(await member.fetch(wait=0.3)) == []

    async def test_headers_and_value_arrive_unchanged(self, bus: EventBus, topic: str, group: str) -> None:
        sent = a_message(topic, "schlüssel", bytes(range(256)), **{"dms-actor": "müller"})
        await bus.publish([sent])
        async with bus.consumer(group, [topic]) as member:
            found = await drain(member, 1)
        assert found[0].message == sent

    async def test_too_large_a_message_is_refused(self, bus: EventBus, topic: str, group: str) -> None:
        with pytest.raises(MessageTooLargeError):
            await bus.publish([a_message(topic, "k", b"x" * (MAX_MESSAGE_BYTES + 1))])
        async with bus.consumer(group, [topic]) as member:
            assert list(await member.fetch(wait=0.2)) == []

    async def test_the_backlog_is_what_was_not_committed(self, bus: EventBus, topic: str, group: str) -> None:
        messages = [a_message(topic, "k", b"1"), a_message(topic, "k", b"2"), a_message(topic, "k", b"3")]
        await bus.publish(messages)
        async with bus.consumer(group, [topic]) as member:
            found: Sequence[Delivery] = await drain(member, 3)
            await member.commit(found[:1])
            backlog = await bus.backlog(group, [topic])
        assert backlog.count == 2
        assert backlog.oldest == messages[1].time
