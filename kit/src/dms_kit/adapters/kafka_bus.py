"""The event bus of the real profile: topics of a Kafka cluster."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaTimeoutError
from aiokafka.partitioner import murmur2

from dms_kit.adapters.kafka_client import KafkaAccess, asking, stopped, translated
from dms_kit.adapters.kafka_member import KafkaMember, Membership, assigned_in, message_of, new_consumer
from dms_kit.adapters.kafka_topics import BATCH_BYTES, KafkaTopics, TopicDeclaration
from dms_kit.core.errors import UnavailableError
from dms_kit.ports.event_bus import MAX_MESSAGE_BYTES, Backlog, BusConsumer, Message, MessageTooLargeError

_PUBLISH_SECONDS = 30.0
_PING_SECONDS = 5.0
_HEAD_SECONDS = 2.0
_HEAD_BYTES = 64 * 1024
_LEARNING_MS = 5

log = structlog.get_logger()


class KafkaBus:
    """
    An `EventBus` on Kafka; topics come into being, as declared, with their first use.

    Members of a group share the partitions of its topics. Clients are started when they are needed and belong to the
    running loop; a cluster that is away shows as `UnavailableError`, a refused login as `LoginRefusedError`.
    """

    def __init__(
        self,
        access: KafkaAccess,
        *,
        declaration: TopicDeclaration | None = None,
        membership: Membership | None = None,
    ) -> None:
        self._access = access
        self._membership = membership or Membership()
        self._topics = KafkaTopics(declaration or TopicDeclaration())
        self._admin: AIOKafkaAdminClient | None = None
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._ending: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """End all clients; what was not acknowledged yet is given up."""
        await self._discard_producer()
        await self._discard_admin()
        for task in self._ending:
            task.cancel()
        await asyncio.gather(*self._ending, return_exceptions=True)

    async def publish(self, messages: Sequence[Message]) -> None:
        """
        Append with `acks=all` and idempotence; the key's hash picks the partition.

        After a failure each partition has all of its messages, a first part of them, or none.
        """
        for message in messages:
            if len(message.value) > MAX_MESSAGE_BYTES:
                raise MessageTooLargeError(message.type)
        counts = await self._ensure(message.topic for message in messages)
        try:
            with translated():
                async with asyncio.timeout(_PUBLISH_SECONDS):
                    await _send(await self._started_producer(), messages, counts)
        except Exception as error:
            self._topics.forget()
            # What only takes too long stays with its producer, which keeps it in order and never sends it twice.
            if not isinstance(error.__cause__, TimeoutError | KafkaTimeoutError):
                await self._discard_producer()
            raise

    @contextlib.asynccontextmanager
    async def consumer(self, group: str, topics: Sequence[str]) -> AsyncIterator[BusConsumer]:
        """Join a group; returns with the first assignment, which holds no partition when there are too many members."""
        counts = await self._ensure(topics)
        async with contextlib.AsyncExitStack() as stack:
            member = await self._joined(stack, group, topics, self._membership)
            if self._membership.instance and await self._lacks_partitions(group, counts):
                log.warning("kafka.assignment_incomplete", group=group)
                await stack.aclose()
                member = await self._joined(stack, group, topics, replace(self._membership, instance=""))
            yield member

    async def backlog(self, group: str, topics: Sequence[str]) -> Backlog:
        """
        Count end offsets minus committed ones, also what is republished for other groups; these skip it soon.

        `oldest` is that of the first uncommitted message of each partition.
        """
        counts = await self._ensure(topics)
        partitions = [TopicPartition(topic, number) for topic, count in counts.items() for number in range(count)]
        async with self._asked_admin() as admin, self._observer() as observer:
            committed = await admin.list_consumer_group_offsets(group, partitions=partitions)
            first = await observer.beginning_offsets(partitions)
            ends = await observer.end_offsets(partitions)
            starts = {one: max(committed[one].offset if one in committed else -1, first[one]) for one in partitions}
            behind = {one: start for one, start in starts.items() if ends[one] > start}
            oldest = await _oldest(observer, behind)
        return Backlog(count=sum(ends[one] - start for one, start in behind.items()), oldest=oldest)

    async def ping(self) -> None:
        """Ask the cluster for its brokers."""
        async with self._asked_admin(_PING_SECONDS) as admin:
            if not (await admin.describe_cluster())["brokers"]:
                raise UnavailableError

    async def _joined(
        self, stack: contextlib.AsyncExitStack, group: str, topics: Sequence[str], membership: Membership
    ) -> KafkaMember:
        client = new_consumer(self._access, group, membership)
        stack.push_async_callback(self._stop, client)
        member = KafkaMember(client, sorted(topics), on_missing=self._topics.forget)
        stack.callback(member.close)
        async with asking(self._access):
            await member.start()
        return member

    async def _lacks_partitions(self, group: str, counts: Mapping[str, int]) -> bool:
        """
        Say whether a settled group leaves partitions to nobody.

        A static member that comes back is given what it had, even from a moment when some topics were not there yet,
        and nobody looks for their partitions any more. A member without a name makes the group share everything anew.
        """
        async with self._asked_admin() as admin:
            assigned = await assigned_in(admin, group)
        return assigned is not None and any(
            TopicPartition(topic, number) not in assigned for topic, count in counts.items() for number in range(count)
        )

    async def _ensure(self, topics: Iterable[str]) -> Mapping[str, int]:
        """See to the topics once a process; returns the number of partitions of each."""
        wanted = sorted(set(topics))
        if self._topics.unknown(wanted):
            async with self._asked_admin() as admin:
                await self._topics.ensure(admin, wanted)
        return {topic: self._topics.partitions(topic) for topic in wanted}

    @contextlib.asynccontextmanager
    async def _asked_admin(self, seconds: float = 30.0) -> AsyncIterator[AIOKafkaAdminClient]:
        try:
            async with asking(self._access, seconds):
                async with self._starting:
                    if self._admin is None:
                        self._admin = await self._started(AIOKafkaAdminClient(**self._access.options()))
                    admin = self._admin
                yield admin
        except UnavailableError:
            await self._discard_admin()
            raise

    @contextlib.asynccontextmanager
    async def _observer(self) -> AsyncIterator[AIOKafkaConsumer]:
        """Give a consumer without a group, which looks and disturbs nobody."""
        observer = AIOKafkaConsumer(
            **self._access.options(),
            enable_auto_commit=False,
            max_partition_fetch_bytes=_HEAD_BYTES,
            # It learns of one topic after the other, each time after this pause; every search waits for that.
            retry_backoff_ms=_LEARNING_MS,
        )
        try:
            await observer.start()
            yield observer
        finally:
            await self._stop(observer)

    async def _started_producer(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                self._producer = await self._started(
                    AIOKafkaProducer(
                        **self._access.options(), acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES
                    )
                )
            return self._producer

    async def _started(self, client: Any) -> Any:
        try:
            await client.start()
        except BaseException:
            await self._stop(client)
            raise
        return client

    async def _discard_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await self._stop(producer)

    async def _discard_admin(self) -> None:
        admin, self._admin = self._admin, None
        if admin is not None:
            await self._stop(admin)

    async def _stop(self, client: Any) -> None:
        going_on = await stopped(client)
        if going_on is not None:
            self._ending.add(going_on)
            going_on.add_done_callback(self._ending.discard)


async def _send(producer: AIOKafkaProducer, messages: Sequence[Message], counts: Mapping[str, int]) -> None:
    batches: dict[TopicPartition, list[Any]] = defaultdict(list)
    for message in messages:
        partition = TopicPartition(message.topic, partition_of(message.key, counts[message.topic]))
        builders = batches[partition]
        if not builders or not _append(builders[-1], message):
            builders.append(producer.create_batch())
            _append(builders[-1], message)

    async def send(partition: TopicPartition, builders: Sequence[Any]) -> None:
        # One after the other: a batch that fails must not be overtaken by the next one of its keys.
        for builder in builders:
            builder.close()
            await (await producer.send_batch(builder, partition.topic, partition=partition.partition))

    results = await asyncio.gather(*(send(*batch) for batch in batches.items()), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


def partition_of(key: str, count: int) -> int:
    """Return the partition of a key, as Kafka's own clients choose it."""
    return int((murmur2(key.encode()) & 0x7FFFFFFF) % count)


def _append(builder: Any, message: Message) -> bool:
    headers = [(name, value.encode()) for name, value in message.headers.items()]
    # No timestamp of ours: retention counts from the moment of sending, also for a fact that waited in an outbox.
    appended = builder.append(timestamp=None, key=message.key.encode(), value=message.value, headers=headers)
    return appended is not None


async def _oldest(observer: AIOKafkaConsumer, behind: Mapping[TopicPartition, int]) -> datetime | None:
    """Read the first uncommitted message of each partition; after 2 s the oldest of those that came."""
    observer.assign(list(behind))
    for partition, start in behind.items():
        observer.seek(partition, start)
    waiting, moments = set(behind), []
    deadline = asyncio.get_running_loop().time() + _HEAD_SECONDS
    while waiting and asyncio.get_running_loop().time() < deadline:
        for partition, records in (await observer.getmany(*waiting, timeout_ms=200, max_records=1)).items():
            moments.append(message_of(records[0]).time)
            waiting.discard(partition)
            observer.pause(partition)
    return min(moments, default=None)
