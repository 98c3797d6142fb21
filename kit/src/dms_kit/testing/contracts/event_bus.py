"""What every event bus promises."""

import asyncio
import contextlib
import random
import uuid
from abc import ABC, abstractmethod
from collections import Counter
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
    """Fetch until `count` deliveries are there; fails after 30 s."""
    found: list[Delivery] = []
    async with asyncio.timeout(30):
        while len(found) < count:
            found.extend(await member.fetch())
    return found


class Crowd:
    """Members that come and go while a group works; `seen` is what was committed or about to be, by id."""

    def __init__(self, bus: EventBus, group: str, topic: str) -> None:
        self.seen: Counter[str] = Counter()
        self.order: dict[str, list[int]] = {}
        self.workers = 0
        self._bus = bus
        self._group = group
        self._topic = topic

    async def work(self, seconds: float) -> None:
        """Join, work for a while, leave in the middle of it."""
        worked = False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._bus.consumer(self._group, [self._topic]) as member:
                while True:
                    deliveries = await member.fetch(limit=20, wait=0.1)
                    for delivery in deliveries:
                        self._take(delivery.message)
                    self.workers += bool(deliveries) and not worked
                    worked = worked or bool(deliveries)
                    await asyncio.sleep(0.01)
                    await member.commit(deliveries)

    def _take(self, message: Message) -> None:
        if message.id not in self.seen:
            self.order.setdefault(message.key, []).append(int(message.value))
        self.seen[message.id] += 1


class EventBusContract(ABC):
    """Bind it with a fixture `bus`; each test works on topics of its own."""

    joins = 6
    stay_seconds = 2.0
    share_seconds = 20.0

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

    async def test_a_large_batch_arrives_whole_and_in_order(self, bus: EventBus, topic: str, group: str) -> None:
        values = [f"{number:06d}".encode() + b"x" * 20_000 for number in range(120)]
        await bus.publish([a_message(topic, f"k{number % 2}", value) for number, value in enumerate(values)])
        async with bus.consumer(group, [topic]) as member:
            found = await drain(member, 120)
        assert sorted(delivery.message.value for delivery in found) == values
        for key in ("k0", "k1"):
            arrived = [delivery.message.value for delivery in found if delivery.message.key == key]
            assert arrived == sorted(arrived)

    async def test_after_an_error_the_work_comes_again(self, bus: EventBus, topic: str, group: str) -> None:
        await bus.publish([a_message(topic, "k", str(number).encode()) for number in range(5)])
        with contextlib.suppress(ZeroDivisionError):
            async with bus.consumer(group, [topic]) as member:
                await member.commit((await drain(member, 5))[:2])
                raise ZeroDivisionError
        async with bus.consumer(group, [topic]) as member:
            again = await drain(member, 3)
        assert [delivery.message.value for delivery in again] == [b"2", b"3", b"4"]

    async def test_a_group_resumes_behind_its_last_commit(self, bus: EventBus, topic: str, group: str) -> None:
        await bus.publish([a_message(topic, "k", b"1"), a_message(topic, "k", b"2")])
        async with bus.consumer(group, [topic]) as member:
            await member.commit(await drain(member, 2))
        await bus.publish([a_message(topic, "k", b"3")])
        async with bus.consumer(group, [topic]) as member:
            found = await drain(member, 1)
            await member.commit(found)
        assert [delivery.message.value for delivery in found] == [b"3"]
        assert (await bus.backlog(group, [topic])).count == 0

    async def test_a_fresh_group_replays_from_the_beginning(self, bus: EventBus, topic: str, group: str) -> None:
        messages = [a_message(topic, f"k{number % 4}", str(number).encode()) for number in range(40)]
        await bus.publish(messages)
        async with bus.consumer(group, [topic]) as member:
            await member.commit(await drain(member, 40))
        assert (await bus.backlog(f"{group}-fresh", [topic])).count == 40
        async with bus.consumer(f"{group}-fresh", [topic]) as member:
            replayed = await drain(member, 40)
        by_key: dict[str, list[int]] = {}
        for delivery in replayed:
            by_key.setdefault(delivery.message.key, []).append(int(delivery.message.value))
        assert by_key == {f"k{rest}": list(range(rest, 40, 4)) for rest in range(4)}

    async def test_members_of_a_group_share_the_work(self, bus: EventBus, topic: str, group: str) -> None:
        async with (
            asyncio.timeout(self.share_seconds),
            bus.consumer(group, [topic]) as one,
            bus.consumer(group, [topic]) as other,
        ):
            await bus.publish([a_message(topic, f"k{number}", b"x") for number in range(60)])
            mine: set[str] = set()
            theirs: set[str] = set()
            while len(mine | theirs) < 60:
                for member, ids in ((one, mine), (other, theirs)):
                    deliveries = await member.fetch(wait=0.1)
                    ids.update(delivery.message.id for delivery in deliveries)
                    await member.commit(deliveries)
        assert mine
        assert theirs

    async def test_members_that_come_and_go_lose_nothing(self, bus: EventBus, topic: str, group: str) -> None:
        crowd, stop, sent = Crowd(bus, group, topic), asyncio.Event(), Counter[str]()

        async def load() -> None:
            while not stop.is_set():
                keys = [f"k{number}" for number in range(5)]
                messages = [a_message(topic, key, str(sent[key]).encode()) for key in keys]
                await bus.publish(messages)
                sent.update(keys)
                await asyncio.sleep(0.02)

        chance = random.Random(4)  # noqa: S311 - a seed makes the run the same each time
        loading = asyncio.create_task(load())
        members = []
        for _ in range(self.joins):
            members.append(asyncio.create_task(crowd.work(self.stay_seconds * (0.5 + chance.random()))))
            await asyncio.sleep(self.stay_seconds / 4)
        await asyncio.gather(*members)
        stop.set()
        await loading
        while (await bus.backlog(group, [topic])).count:
            await crowd.work(1.0)
        assert crowd.workers >= max(2, self.joins // 5)
        assert len(crowd.seen) == sent.total()
        assert crowd.order == {key: list(range(count)) for key, count in sent.items()}
