"""Processes of one group share the work; one that is killed loses nothing and holds nobody up for long."""

import asyncio
import os
import signal
import sys
import uuid
from asyncio.subprocess import PIPE, Process
from collections import Counter

import pytest

from dms_kit.testing.contracts.event_bus import a_message

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

MEMBER = """
import asyncio, sys
from dms_kit.adapters.kafka_bus import KafkaBus
from dms_kit.adapters.kafka_client import KafkaAccess
from dms_kit.adapters.kafka_member import Membership
from dms_kit.adapters.kafka_topics import TopicDeclaration

async def work(servers, group, topic, name):
    bus = KafkaBus(
        KafkaAccess(bootstrap_servers=servers),
        declaration=TopicDeclaration(partitions=3),
        membership=Membership(instance=name, heartbeat=0.3),
    )
    async with bus.consumer(group, [topic]) as member:
        while True:
            deliveries = await member.fetch(limit=10)
            for delivery in deliveries:
                print("seen", name, delivery.message.id, flush=True)
                await asyncio.sleep(0.005)
            await member.commit(deliveries)

asyncio.run(work(*sys.argv[1:]))
"""


class Group:
    def __init__(self, servers: str, group: str, topic: str) -> None:
        self.by_process: dict[str, Counter[str]] = {}
        self._names = (servers, group, topic)
        self._readers: list[asyncio.Task[None]] = []
        self._processes: list[Process] = []

    async def start(self, name: str) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", MEMBER, *self._names, name, stdout=PIPE, env={**os.environ}
        )
        self.by_process.setdefault(name, Counter())
        self._processes.append(process)
        self._readers.append(asyncio.create_task(self._read(process)))
        return process

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            # Log lines stand between them.
            match line.decode().split():
                case ["seen", name, message_id]:
                    self.by_process[name][message_id] += 1

    @property
    def seen(self) -> set[str]:
        return {message_id for counter in self.by_process.values() for message_id in counter}

    async def end(self) -> None:
        for process in self._processes:
            if process.returncode is None:
                process.kill()
            await process.wait()
        await asyncio.gather(*self._readers)


async def test_a_killed_process_loses_nothing_and_its_successor_takes_its_place(kafka_bus, kafka_access) -> None:
    topic, name = f"dms.test.t{uuid.uuid4().hex}.v1", f"g{uuid.uuid4().hex}"
    group = Group(kafka_access.bootstrap_servers, name, topic)
    sent: list[str] = []

    async def send(count: int) -> None:
        messages = [a_message(topic, f"k{number}", b"x") for number in range(count)]
        await kafka_bus.publish(messages)
        sent.extend(message.id for message in messages)

    try:
        await send(300)
        victim = await group.start("eins")
        await group.start("zwei")
        async with asyncio.timeout(60):
            while len(group.seen) < 50 or not all(group.by_process.values()):
                await send(10)
                await asyncio.sleep(0.1)
        await send(300)
        victim.send_signal(signal.SIGKILL)
        assert await victim.wait() == -signal.SIGKILL
        before = group.by_process["eins"].total()
        await group.start("eins")
        await send(300)
        async with asyncio.timeout(60):
            while (await kafka_bus.backlog(name, [topic])).count:
                await asyncio.sleep(0.5)
    finally:
        await group.end()
    assert group.seen == set(sent)
    assert group.by_process["eins"].total() > before
