"""What the groups of an installation have not read yet, asked at the bus and not at the product."""

import asyncio
from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

UNREAD_IN_POSTGRES = """
SELECT count(*) FROM bus.message AS message
WHERE message.topic = ANY($2) AND message.id > coalesce(
    (SELECT position FROM bus.group_position WHERE group_name = $1 AND topic = message.topic), 0)
"""


def unread_in_kafka(bootstrap: str, topics_of: Mapping[str, Sequence[str]]) -> int:
    """Return how many messages the groups (name → topics) together have not committed."""
    return asyncio.run(_unread(bootstrap, topics_of))


def members_in_kafka(bootstrap: str, group: str) -> int:
    """Return how many members a group has now."""
    return asyncio.run(_members(bootstrap, group))


async def _unread(bootstrap: str, topics_of: Mapping[str, Sequence[str]]) -> int:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    observer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    try:
        await admin.start()
        await observer.start()
        count = 0
        for group, topics in topics_of.items():
            partitions = [
                TopicPartition(described["topic"], partition["partition"])
                for described in await admin.describe_topics(list(topics))
                for partition in described["partitions"]
            ]
            committed = await admin.list_consumer_group_offsets(group, partitions=partitions)
            first, last = await observer.beginning_offsets(partitions), await observer.end_offsets(partitions)
            count += sum(last[one] - max(committed[one].offset, first[one]) for one in partitions)
        return count
    finally:
        await observer.stop()
        await admin.close()


async def _members(bootstrap: str, group: str) -> int:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        answer = (await admin.describe_consumer_groups([group]))[0]
        return len(answer.to_object()["groups"][0]["members"])
    finally:
        await admin.close()
