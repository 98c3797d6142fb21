"""One member of a consumer group in Kafka."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocol
from aiokafka.errors import CommitFailedError, IllegalStateError

from dms_kit.adapters.kafka_client import KafkaAccess, translated
from dms_kit.core.errors import UnavailableError
from dms_kit.ports.event_bus import Delivery, Message

_COMMIT_SECONDS = 30.0
# A fetch that meets a rebalance comes back this much later than it was told to, with nothing.
_GRACE_SECONDS = 0.5
_PAUSE_SECONDS = 1.0
_DAY_MS = 24 * 60 * 60 * 1000
_SESSION_MS = 10_000

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Membership:
    """
    How members of this process join a group.

    With an `instance`, unique among the group's processes and the same after a restart, a member is static: a restart
    within 10 s moves no partition. Without it a member leaves when it ends. `heartbeat` is in seconds and says how soon
    a member learns that the group changes.
    """

    instance: str = ""
    heartbeat: float = 1.0


@dataclass(frozen=True)
class KafkaDelivery(Delivery):
    """A delivery that knows under which assignment its partition was held; `position` is the offset."""

    partition: TopicPartition
    epoch: int


class KafkaMember(ConsumerRebalanceListener):  # type: ignore[misc]
    """
    A member whose deliveries are worth nothing once its partitions were taken away.

    Every rebalance takes all partitions first, even those that come back: what was in flight is delivered again, to
    whoever holds them then, and committing it here does nothing. While a batch is being worked on for over a second
    the partitions are paused, so that nothing is fetched ahead; membership is kept by heartbeats alone, however long
    that work waits for a dependency.
    """

    def __init__(self, consumer: AIOKafkaConsumer, topics: Sequence[str], *, on_missing: Callable[[], None]) -> None:
        self._consumer = consumer
        self._topics = topics
        self._on_missing = on_missing
        self._epoch = 0
        self._committed: dict[TopicPartition, int] = {}
        self._pausing: asyncio.TimerHandle | None = None
        self._paused = False

    async def start(self) -> None:
        """Join the group; returns with the first assignment."""
        self._consumer.subscribe(self._topics, listener=self)
        await self._consumer.start()
        self._pause_later()

    def close(self) -> None:
        """End what the member planned; its consumer is stopped by its owner."""
        if self._pausing is not None:
            self._pausing.cancel()

    async def fetch(self, *, limit: int = 200, wait: float = 0.2) -> Sequence[Delivery]:
        """Return the next deliveries of the partitions held now, in order per partition; nothing during a rebalance."""
        self._resume()
        self._check_topics()
        found: dict[TopicPartition, list[ConsumerRecord]] = {}
        with translated():
            try:
                async with asyncio.timeout(wait + _GRACE_SECONDS):
                    found = await self._consumer.getmany(timeout_ms=int(wait * 1000), max_records=limit)
            except TimeoutError:
                log.debug("kafka.rebalancing", topics=self._topics)
        # No await from here on: the epoch is that of the assignment under which the records were handed out.
        self._pause_later()
        return [
            KafkaDelivery(message_of(record), record.offset, partition, self._epoch)
            for partition, records in found.items()
            for record in records
        ]

    async def commit(self, deliveries: Sequence[Delivery]) -> None:
        """Commit behind the deliveries whose partition was held without a break; others do nothing."""
        offsets = self._offsets(deliveries)
        if not offsets:
            return
        with translated():
            try:
                async with asyncio.timeout(_COMMIT_SECONDS):
                    await self._consumer.commit(offsets)
            except (CommitFailedError, IllegalStateError) as error:
                log.info("kafka.commit_dropped", error=type(error).__name__)
                return
        self._committed.update(offsets)

    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Make everything that was handed out worthless."""
        self._epoch += 1
        self._committed.clear()
        if revoked:
            log.info("kafka.revoked", partitions=len(revoked))

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Take partitions; they are paused when the work at hand takes long."""
        log.info("kafka.assigned", partitions=len(assigned))
        if self._paused:
            self._consumer.pause(*assigned)

    def _offsets(self, deliveries: Sequence[Delivery]) -> dict[TopicPartition, int]:
        offsets: dict[TopicPartition, int] = {}
        for delivery in deliveries:
            if isinstance(delivery, KafkaDelivery) and delivery.epoch == self._epoch:
                offsets[delivery.partition] = max(delivery.position + 1, offsets.get(delivery.partition, 0))
        return {
            partition: offset for partition, offset in offsets.items() if offset > self._committed.get(partition, 0)
        }

    def _check_topics(self) -> None:
        if any(self._consumer.partitions_for_topic(topic) is None for topic in self._topics):
            self._on_missing()
            raise UnavailableError("Ein Topic ist verschwunden")

    def _pause_later(self) -> None:
        self._pausing = asyncio.get_running_loop().call_later(_PAUSE_SECONDS, self._pause)

    def _pause(self) -> None:
        self._paused = True
        self._consumer.pause(*self._consumer.assignment())

    def _resume(self) -> None:
        if self._pausing is not None:
            self._pausing.cancel()
        if self._paused:
            self._paused = False
            self._consumer.resume(*self._consumer.paused())


def new_consumer(access: KafkaAccess, group: str, membership: Membership) -> AIOKafkaConsumer:
    """Return a consumer that commits nothing by itself and starts at the beginning where its group never was."""
    return AIOKafkaConsumer(
        **access.options(),
        group_id=group,
        group_instance_id=f"{group}-{membership.instance}" if membership.instance else None,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        partition_assignment_strategy=[_sticky_assignor()],
        session_timeout_ms=_SESSION_MS,
        heartbeat_interval_ms=int(membership.heartbeat * 1000),
        # A batch may wait for its database for hours; that the process lives, heartbeats say.
        max_poll_interval_ms=_DAY_MS,
    )


async def assigned_in(admin: AIOKafkaAdminClient, group: str) -> set[TopicPartition] | None:
    """Return the partitions that the members of a group hold, None while they are being shared out."""
    described = (await admin.describe_consumer_groups([group]))[0].to_object()["groups"][0]
    if described["state"] != "Stable":
        return None
    held = (ConsumerProtocol.ASSIGNMENT.decode(member["member_assignment"]) for member in described["members"])
    return {partition for assignment in held for partition in assignment.partitions()}


def _sticky_assignor() -> type[StickyPartitionAssignor]:
    # aiokafka keeps the last assignment on the class: two members of one process would claim the same partitions.
    return type("OwnStickyAssignor", (StickyPartitionAssignor,), {})


def message_of(record: ConsumerRecord) -> Message:
    """Return the message that a record holds."""
    headers = {name: value.decode() for name, value in record.headers}
    return Message(topic=record.topic, key=record.key.decode(), value=record.value, headers=headers)
