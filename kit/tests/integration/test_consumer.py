"""A consumer applies each message once, in order per key, and loses none that it cannot apply."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from dms.search.v1.republish_events_pb2 import RepublishRequested
from dms_kit.core.errors import UnavailableError
from dms_kit.messaging.consumer import Consumer, Incoming, InvalidMessageError, Subscription
from dms_kit.messaging.dead_letters import WAITING, DeadLetterStore
from dms_kit.messaging.outbox import topic_of
from dms_kit.ports.event_bus import EventBus, Message
from dms_kit.testing.contracts.event_bus import a_message

TOPIC = topic_of(RepublishRequested)
TYPE = RepublishRequested.DESCRIPTOR.full_name


def fact(key: str, number: int, **headers: str) -> Message:
    body = RepublishRequested(lauf_id=str(number))
    return a_message(TOPIC, key, body.SerializeToString(), ce_type=TYPE, **headers)


class Applied:
    """Records what was applied; fails as long as it is told to."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.failing: dict[str, Exception] = {}
        self.failures = 0

    async def __call__(self, incoming: Incoming[RepublishRequested]) -> None:
        error = self.failing.get(incoming.message.key)
        if error is not None:
            self.failures += 1
            raise error
        self.seen.append((incoming.message.key, incoming.body.lauf_id))

    async def batch(self, incoming) -> None:
        # All or nothing, as a transaction is.
        for one in sorted(incoming, key=lambda one: one.message.key not in self.failing):
            await self(one)

    def of(self, key: str) -> list[str]:
        return [number for seen, number in self.seen if seen == key]

    async def until(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.seen) < count:
                await asyncio.sleep(0.02)


@pytest.fixture
def bus(any_bus: EventBus) -> EventBus:
    return any_bus


@pytest.fixture
def letters(kit_database) -> DeadLetterStore:
    return DeadLetterStore(kit_database.system, kit_database.metadata)


@asynccontextmanager
async def running(bus, letters, applied, *, batch=False, retry_seconds=0.3) -> AsyncIterator[Consumer]:
    subscription = Subscription(event=RepublishRequested, apply=applied)
    consumer = Consumer(
        bus,
        "kit",
        [subscription],
        letters,
        apply_batch=applied.batch if batch else None,
        retry_seconds=retry_seconds,
    )
    stop = asyncio.Event()
    task = asyncio.create_task(consumer.run(stop))
    try:
        yield consumer
    finally:
        stop.set()
        await task


async def letters_until(letters, count: int):
    async with asyncio.timeout(30):
        while len(found := await letters.page("dueren")) != count:
            await asyncio.sleep(0.05)
    return found


async def test_messages_of_a_key_are_applied_in_order(bus, letters) -> None:
    applied = Applied()
    await bus.publish([fact("a", 1), fact("b", 1), fact("a", 2)])
    async with running(bus, letters, applied):
        await applied.until(3)
    assert applied.of("a") == ["1", "2"]
    assert applied.of("b") == ["1"]


async def test_what_is_republished_for_another_group_is_skipped(bus, letters) -> None:
    applied = Applied()
    await bus.publish([fact("a", 1, **{"dms-republish": "other"}), fact("a", 2, **{"dms-republish": "kit"})])
    async with running(bus, letters, applied):
        await applied.until(1)
    assert applied.seen == [("a", "2")]


@pytest.mark.parametrize("batch", [False, True])
async def test_an_unavailable_dependency_is_waited_for(bus, letters, batch) -> None:
    applied = Applied()
    applied.failing["a"] = UnavailableError()
    await bus.publish([fact("a", 1)])
    async with running(bus, letters, applied, batch=batch):
        async with asyncio.timeout(30):
            while applied.failures < 3:
                await asyncio.sleep(0.02)
        applied.failing.clear()
        await applied.until(1)
    assert await letters.page("dueren") == []


@pytest.mark.parametrize("batch", [False, True])
async def test_an_invalid_message_becomes_a_dead_letter_and_its_key_goes_on(bus, letters, batch) -> None:
    applied = Applied()
    broken = a_message(TOPIC, "a", b"\xff\xff\xff", ce_type=TYPE)
    await bus.publish([broken, fact("a", 2), fact("b", 1)])
    async with running(bus, letters, applied, batch=batch):
        await applied.until(2)
        found = await letters_until(letters, 1)
    assert sorted(applied.seen) == [("a", "2"), ("b", "1")]
    assert "DecodeError" in found[0].reason


async def test_a_handler_can_declare_a_message_invalid(bus, letters) -> None:
    applied = Applied()
    applied.failing["a"] = InvalidMessageError("Prüfsumme stimmt nicht")
    await bus.publish([fact("a", 1)])
    async with running(bus, letters, applied):
        found = await letters_until(letters, 1)
    assert "Prüfsumme" in found[0].reason
    assert applied.failures == 1


@pytest.mark.parametrize("batch", [False, True])
async def test_a_failing_key_is_parked_and_released_in_order_by_a_retry(bus, letters, batch) -> None:
    applied = Applied()
    applied.failing["a"] = RuntimeError("defect")
    await bus.publish([fact("a", 1), fact("a", 2), fact("b", 1)])
    async with running(bus, letters, applied, batch=batch) as consumer:
        await applied.until(1)
        found = await letters_until(letters, 2)
        await bus.publish([fact("a", 3)])
        found = await letters_until(letters, 3)
        assert [letter.type for letter in found] == [TYPE] * 3
        assert consumer.state.parked == {(TOPIC, "a")}
        applied.failing.clear()
        assert await letters.request_retry("dueren", found[0].id)
        await applied.until(4)
        await letters_until(letters, 0)
        await bus.publish([fact("a", 4)])
        await applied.until(5)
    assert applied.seen == [("b", "1"), ("a", "1"), ("a", "2"), ("a", "3"), ("a", "4")]


async def test_a_failed_retry_keeps_the_letters_and_their_order(bus, letters) -> None:
    applied = Applied()
    applied.failing["a"] = RuntimeError("defect")
    await bus.publish([fact("a", 1), fact("a", 2)])
    async with running(bus, letters, applied):
        found = await letters_until(letters, 2)
        failures = applied.failures
        assert await letters.request_retry("dueren", found[0].id)
        async with asyncio.timeout(30):
            while applied.failures == failures or any(one.retry_requested for one in await letters.page("dueren")):
                await asyncio.sleep(0.05)
        assert [one.id for one in await letters.page("dueren")] == [one.id for one in found]
    assert applied.seen == []


async def test_another_mandant_neither_sees_nor_retries_a_dead_letter(bus, letters) -> None:
    applied = Applied()
    applied.failing["a"] = InvalidMessageError()
    await bus.publish([fact("a", 1)])
    async with running(bus, letters, applied):
        found = await letters_until(letters, 1)
    assert await letters.page("nachbarstadt") == []
    assert not await letters.request_retry("nachbarstadt", found[0].id)


async def test_a_stopped_consumer_resumes_where_it_was(bus, letters) -> None:
    applied = Applied()
    await bus.publish([fact("a", 1)])
    async with running(bus, letters, applied):
        await applied.until(1)
    await bus.publish([fact("a", 2)])
    async with running(bus, letters, applied):
        await applied.until(2)
    assert ("a", "2") in applied.seen


async def test_keys_that_another_process_parked_or_released_are_known(bus, letters) -> None:
    applied = Applied()
    await bus.publish([fact("a", 1)])
    async with running(bus, letters, applied):
        await applied.until(1)
        await letters.add(fact("b", 1), "RuntimeError", parks_key=True)
        await bus.publish([fact("b", 2)])
        found = await letters_until(letters, 2)
        assert found[1].reason == WAITING
        await letters.remove(found[0].id)
        await applied.until(2)
        await letters_until(letters, 0)
        await bus.publish([fact("b", 3)])
        await applied.until(3)
    assert applied.of("b") == ["2", "3"]
