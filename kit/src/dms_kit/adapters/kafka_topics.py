"""Topics of the Kafka adapter: made as they are declared, checked when they are there already."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import NoError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

from dms_kit.ports.event_bus import MAX_MESSAGE_BYTES

# One message and its headers, many times over: a batch of the producer is one unit for the broker.
BATCH_BYTES = 2 * MAX_MESSAGE_BYTES
_MAX_BYTES = 4 * MAX_MESSAGE_BYTES
_RETENTION = "retention.ms"

log = structlog.get_logger()


class UnfitTopicError(Exception):
    """Raised at the start when a topic that exists would lose messages or refuse them; operations has to mend it."""


@dataclass(frozen=True, kw_only=True)
class TopicDeclaration:
    """
    What every topic of ours is made with.

    The key's hash picks the partition: once there are messages, another number of partitions breaks the order of keys.
    """

    partitions: int = 6
    replication: int = 1
    retention: timedelta = timedelta(days=14)

    @property
    def configs(self) -> dict[str, str]:
        """Return the topic's settings in Kafka's words."""
        return {
            "cleanup.policy": "delete",
            _RETENTION: str(int(self.retention.total_seconds() * 1000)),
            "max.message.bytes": str(_MAX_BYTES),
        }

    def faults(self, topic: str, configs: dict[str, str]) -> list[str]:
        """Say in which settings an existing topic keeps less than is declared (-1 keeps for ever)."""
        kept = int(configs[_RETENTION])
        faults = []
        if configs["cleanup.policy"] != "delete":
            faults.append(f"{topic}: cleanup.policy={configs['cleanup.policy']}")
        if kept != -1 and kept < int(self.configs[_RETENTION]):
            faults.append(f"{topic}: {_RETENTION}={kept}")
        if int(configs["max.message.bytes"]) < BATCH_BYTES:
            faults.append(f"{topic}: max.message.bytes={configs['max.message.bytes']}")
        return faults


class KafkaTopics:
    """The topics that this process has seen to; knows the number of partitions of each."""

    def __init__(self, declaration: TopicDeclaration) -> None:
        self._declaration = declaration
        self._partitions: dict[str, int] = {}
        self._lock = asyncio.Lock()

    def forget(self) -> None:
        """Look at every topic again before its next use."""
        self._partitions.clear()

    def partitions(self, topic: str) -> int:
        """Return the number of partitions of a topic that was ensured."""
        return self._partitions[topic]

    def unknown(self, topics: Iterable[str]) -> list[str]:
        """Return those that were not ensured yet."""
        return sorted(set(topics) - self._partitions.keys())

    async def ensure(self, admin: AIOKafkaAdminClient, topics: Iterable[str]) -> None:
        """Make the topics that are missing and check the others; waits until each partition has a leader."""
        async with self._lock:
            unknown = self.unknown(topics)
            if not unknown:
                return
            found = await self._described(admin, unknown)
            missing = [topic for topic in unknown if topic not in found]
            if missing:
                await self._create(admin, missing)
            while len(found) < len(unknown) or not all(found.values()):
                await asyncio.sleep(0.05)
                found = await self._described(admin, unknown)
            # Also those that were to be made: another process may have been faster, with another declaration.
            await self._check(admin, unknown)
            for topic, count in found.items():
                if count != self._declaration.partitions:
                    log.warning("topic.other_partitions", topic=topic, partitions=count)
            self._partitions.update(found)

    async def _described(self, admin: AIOKafkaAdminClient, topics: Sequence[str]) -> dict[str, int]:
        """Return the number of partitions of those that exist, 0 while one of them has no leader."""
        found = {}
        for one in await admin.describe_topics(list(topics)):
            error = for_code(one["error_code"])
            if error is UnknownTopicOrPartitionError:
                continue
            if error is not NoError and not error.retriable:
                raise error(one["topic"])
            led = error is NoError and all(partition["leader"] >= 0 for partition in one["partitions"])
            found[one["topic"]] = len(one["partitions"]) if led else 0
        return found

    async def _create(self, admin: AIOKafkaAdminClient, topics: Sequence[str]) -> None:
        declared = self._declaration
        answer = await admin.create_topics(
            [
                NewTopic(topic, declared.partitions, declared.replication, topic_configs=declared.configs)
                for topic in topics
            ]
        )
        for topic, code, *_message in answer.topic_errors:
            error = for_code(code)
            # Another process was faster.
            if error not in (NoError, TopicAlreadyExistsError):
                raise error(topic)
            log.info("topic.created", topic=topic, partitions=declared.partitions)

    async def _check(self, admin: AIOKafkaAdminClient, topics: Sequence[str]) -> None:
        found = await self.values(admin, topics)
        faults = [fault for topic, configs in found.items() for fault in self._declaration.faults(topic, configs)]
        if faults:
            raise UnfitTopicError("; ".join(faults))

    async def values(self, admin: AIOKafkaAdminClient, topics: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return for each topic what the broker has in place of the declared settings."""
        wanted = dict.fromkeys(self._declaration.configs)
        found = {}
        for answer in await admin.describe_configs(
            [ConfigResource(ConfigResourceType.TOPIC, topic, configs=wanted) for topic in topics]
        ):
            for code, message, _type, topic, entries in answer.resources:
                if code:
                    raise for_code(code)(message)
                found[topic] = {entry[0]: entry[1] for entry in entries}
        return found
