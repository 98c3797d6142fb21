"""Searching does not need the bus."""

import socket
import time

from dms_kit.adapters.kafka_bus import KafkaBus
from dms_kit.adapters.kafka_client import KafkaAccess
from dms_search.adapters.bus_backlog import BusBacklog


async def answered_beside(listening: socket.socket) -> tuple[bool, float]:
    """Return the answer while the cluster should be at this socket, and after how many seconds a second one came."""
    bus = KafkaBus(KafkaAccess(bootstrap_servers=f"127.0.0.1:{listening.getsockname()[1]}"))
    backlog = BusBacklog(bus, "search", ["dms.records.dokument.v1"])
    try:
        answer = await backlog.is_empty()
        began = time.monotonic()
        assert await backlog.is_empty() == answer
        return answer, time.monotonic() - began
    finally:
        await bus.close()


async def test_a_bus_that_is_away_counts_as_one_with_waiting_facts() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        answer, again = await answered_beside(nobody)
    assert answer is False
    assert again < 0.5


async def test_a_bus_that_hangs_counts_as_one_with_waiting_facts() -> None:
    with socket.socket() as hanging:
        hanging.bind(("127.0.0.1", 0))
        hanging.listen()
        answer, again = await answered_beside(hanging)
    assert answer is False
    assert again < 0.5
