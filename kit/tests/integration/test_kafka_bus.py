"""What Kafka alone can show: partitions that move, topics that are declared, logins that are refused."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from dms_kit.adapters.kafka_bus import KafkaBus, partition_of
from dms_kit.adapters.kafka_client import LoginRefusedError
from dms_kit.adapters.kafka_member import KafkaDelivery, KafkaMember, Membership, new_consumer
from dms_kit.adapters.kafka_topics import TopicDeclaration, UnfitTopicError
from dms_kit.core.errors import UnavailableError
from dms_kit.testing.contracts.event_bus import a_message, drain

pytestmark = pytest.mark.real


@pytest.fixture
def topic() -> str:
    return f"dms.test.t{uuid.uuid4().hex}.v1"


@pytest.fixture
def group() -> str:
    return f"g{uuid.uuid4().hex}"


@pytest.fixture
async def admin(kafka_access) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(**kafka_access.options())
    await client.start()
    yield client
    await client.close()


@contextlib.asynccontextmanager
async def another_bus(kafka_access, **options) -> AsyncIterator[KafkaBus]:
    bus = KafkaBus(kafka_access, **{"declaration": TopicDeclaration(partitions=3), **options})
    yield bus
    await bus.close()


def owned(member: KafkaMember) -> set[int]:
    return {partition.partition for partition in member._consumer.assignment()}


async def until_shared(*members: KafkaMember) -> None:
    async with asyncio.timeout(15):
        while not all(owned(member) for member in members) or len(set.union(*map(owned, members))) < 3:
            for member in members:
                assert list(await member.fetch(wait=0.1)) == []


async def test_a_topic_is_made_as_declared(kafka_bus, admin, topic) -> None:
    await kafka_bus.publish([a_message(topic, "k", b"1")])
    described = (await admin.describe_topics([topic]))[0]
    assert len(described["partitions"]) == 3
    values = await kafka_bus._topics.values(admin, [topic])
    assert values == {topic: TopicDeclaration().configs}


async def test_two_processes_may_declare_at_once(kafka_bus, kafka_access, topic, group) -> None:
    async with another_bus(kafka_access) as other:
        await asyncio.gather(*(bus.publish([a_message(topic, "k", b"1")]) for bus in (kafka_bus, other)))
        assert (await other.backlog(group, [topic])).count == 2


@pytest.mark.parametrize(
    "configs", [{"retention.ms": "60000"}, {"cleanup.policy": "compact"}, {"max.message.bytes": "100000"}]
)
async def test_a_topic_that_would_lose_or_refuse_messages_is_an_error(kafka_bus, admin, topic, group, configs) -> None:
    await admin.create_topics([NewTopic(topic, 3, 1, topic_configs=configs)])
    with pytest.raises(UnfitTopicError, match=next(iter(configs))):
        await kafka_bus.publish([a_message(topic, "k", b"1")])
    with pytest.raises(UnfitTopicError):
        async with kafka_bus.consumer(group, [topic]):
            pass
    await admin.delete_topics([topic])


async def test_a_topic_may_keep_longer_and_have_other_partitions(kafka_access, admin, topic, group) -> None:
    await admin.create_topics([NewTopic(topic, 2, 1, topic_configs={"retention.ms": "-1"})])
    async with another_bus(kafka_access, declaration=TopicDeclaration(retention=timedelta(days=1))) as bus:
        await bus.publish([a_message(topic, f"k{number}", b"x") for number in range(20)])
        async with bus.consumer(group, [topic]) as member:
            found = await drain(member, 20)
    assert {one.partition.partition for one in found} == {0, 1}
    await admin.delete_topics([topic])


async def test_the_hash_of_its_key_picks_the_partition(kafka_bus, topic, group) -> None:
    await kafka_bus.publish([a_message(topic, f"schlüssel {number}", b"x") for number in range(30)])
    async with kafka_bus.consumer(group, [topic]) as member:
        found = await drain(member, 30)
    assert all(one.partition.partition == partition_of(one.message.key, 3) for one in found)


async def test_what_was_in_flight_is_dropped_when_partitions_move(kafka_bus, topic, group) -> None:
    await kafka_bus.publish([a_message(topic, f"k{number}", b"x") for number in range(30)])
    async with kafka_bus.consumer(group, [topic]) as first:
        in_flight = await drain(first, 30)
        async with kafka_bus.consumer(group, [topic]) as second:
            assert isinstance(first, KafkaMember)
            assert isinstance(second, KafkaMember)
            async with asyncio.timeout(10):
                while not owned(first) < {0, 1, 2}:
                    await asyncio.sleep(0.05)
            # Not even where the partition came back: it was taken away in between.
            await first.commit([one for one in in_flight if one.partition.partition in owned(first)])
            await first.commit(in_flight)
            assert (await kafka_bus.backlog(group, [topic])).count == 30
            again: dict[str, KafkaMember] = {}
            async with asyncio.timeout(20):
                while len(again) < 30:
                    for member in (first, second):
                        deliveries = await member.fetch(wait=0.1)
                        again.update({one.message.id: member for one in deliveries})
                        await member.commit(deliveries)
            assert set(again.values()) == {first, second}
            await first.commit(in_flight)
    assert (await kafka_bus.backlog(group, [topic])).count == 0


async def test_a_static_member_comes_back_and_moves_nothing(kafka_bus, kafka_access, topic, group) -> None:
    await kafka_bus.publish([a_message(topic, "k", b"1")])
    named = [Membership(instance=name, heartbeat=0.3) for name in ("eins", "zwei")]
    async with (
        another_bus(kafka_access, membership=named[0]) as one,
        another_bus(kafka_access, membership=named[1]) as two,
        one.consumer(group, [topic]) as staying,
    ):
        await staying.commit(await drain(staying, 1))
        async with two.consumer(group, [topic]) as leaving:
            await until_shared(staying, leaving)
            had = owned(leaving)
        epoch = staying._epoch
        async with two.consumer(group, [topic]) as back:
            assert owned(back) == had
            await asyncio.sleep(1.5)
            assert list(await staying.fetch(wait=0.1)) == []
            assert staying._epoch == epoch


async def test_a_static_member_that_comes_back_gets_topics_too_that_were_not_there_before(
    kafka_bus, kafka_access, topic, group
) -> None:
    late = f"dms.test.t{uuid.uuid4().hex}.v1"
    membership = Membership(instance="eins", heartbeat=0.3)
    await kafka_bus.publish([a_message(topic, "k", b"1")])
    early = new_consumer(kafka_access, group, membership)
    await early.start()
    try:
        early.subscribe([topic, late])
        assert await early.getone()
    finally:
        await early.stop()
    await kafka_bus.publish([a_message(late, "k", b"2")])
    async with another_bus(kafka_access, membership=membership) as bus, bus.consumer(group, [topic, late]) as back:
        assert {delivery.message.topic for delivery in await drain(back, 2)} == {topic, late}


async def test_a_member_that_has_no_name_leaves_at_once(kafka_bus, topic, group) -> None:
    await kafka_bus.publish([a_message(topic, "k", b"1")])
    async with kafka_bus.consumer(group, [topic]) as staying:
        await staying.commit(await drain(staying, 1))
        async with kafka_bus.consumer(group, [topic]) as leaving:
            await until_shared(staying, leaving)
        async with asyncio.timeout(5):
            while owned(staying) != {0, 1, 2}:
                await staying.fetch(wait=0.1)


async def test_long_work_fetches_nothing_ahead_and_goes_on_afterwards(kafka_bus, topic, group) -> None:
    await kafka_bus.publish([a_message(topic, f"k{number}", b"x") for number in range(3)])
    async with kafka_bus.consumer(group, [topic]) as member:
        await member.commit(await drain(member, 3))
        assert not member._consumer.paused()
        await asyncio.sleep(1.2)
        assert {partition.partition for partition in member._consumer.paused()} == {0, 1, 2}
        await kafka_bus.publish([a_message(topic, f"k{number}", b"y") for number in range(30)])
        await asyncio.sleep(0.8)
        assert not member._consumer._fetcher._records
        assert len(await drain(member, 30)) == 30
        assert not member._consumer.paused()


async def test_committing_never_goes_back(kafka_bus, topic, group) -> None:
    await kafka_bus.publish([a_message(topic, "k", str(number).encode()) for number in range(3)])
    async with kafka_bus.consumer(group, [topic]) as member:
        found = await drain(member, 3)
        await member.commit(found)
        await member.commit(found[:1])
    assert (await kafka_bus.backlog(group, [topic])).count == 0
    assert all(isinstance(one, KafkaDelivery) for one in found)


async def test_a_topic_that_vanished_is_made_again(kafka_bus, admin, topic, group) -> None:
    await kafka_bus.publish([a_message(topic, "k", b"1")])
    async with kafka_bus.consumer(group, [topic]) as member:
        await member.commit(await drain(member, 1))
        await admin.delete_topics([topic])
        with pytest.raises(UnavailableError):
            async with asyncio.timeout(20):
                while True:
                    await member.fetch()
    async with kafka_bus.consumer(group, [topic]) as member:
        await kafka_bus.publish([a_message(topic, "k", b"2")])
        assert [one.message.value for one in await drain(member, 1)] == [b"2"]


async def test_a_refused_login_is_an_error_and_no_outage(kafka_access, topic, group) -> None:
    # The listener of the stack knows no logins, so it refuses every one.
    access = replace(kafka_access, security_protocol="SASL_PLAINTEXT", sasl_username="dms", sasl_password="falsch")
    async with another_bus(access) as bus:
        with pytest.raises(LoginRefusedError):
            await bus.ping()
        with pytest.raises(LoginRefusedError):
            await bus.publish([a_message(topic, "k", b"1")])
        with pytest.raises(LoginRefusedError):
            async with bus.consumer(group, [topic]):
                pass


async def test_asking_for_the_backlog_of_many_topics_takes_no_pause_for_each(kafka_bus, group) -> None:
    topics = [f"dms.test.t{uuid.uuid4().hex}.v1" for _ in range(10)]
    await kafka_bus.backlog(group, topics)
    seconds = []
    for _ in range(5):
        began = asyncio.get_running_loop().time()
        await kafka_bus.backlog(group, topics)
        seconds.append(asyncio.get_running_loop().time() - began)
    assert min(seconds) < 0.9
