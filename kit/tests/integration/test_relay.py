"""What was committed leaves by the outbox; what was not sent stays."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import text

from dms.search.v1.republish_events_pb2 import RepublishRequested
from dms_kit.adapters.postgres_bus import PostgresBus
from dms_kit.core.actor import Actor
from dms_kit.core.errors import UnavailableError
from dms_kit.messaging.outbox import Outgoing, topic_of
from dms_kit.messaging.relay import Relay
from dms_kit.messaging.waking import Waker
from dms_kit.ports.event_bus import Message
from dms_kit.testing.contracts.event_bus import drain

ACTOR = Actor(mandant="dueren", sub="sachbearbeitung")
TOPIC = topic_of(RepublishRequested)


async def commit_fact(database, number: int) -> None:
    async with database.factory().for_actor(ACTOR)() as uow:
        uow.record(Outgoing(key="k", body=RepublishRequested(lauf_id=str(number), gruppe="search")))
        await uow.commit()


class RefusingBus(PostgresBus):
    """A bus that is away until told otherwise."""

    away = True

    async def publish(self, messages: Sequence[Message]) -> None:
        if self.away:
            raise UnavailableError
        await super().publish(messages)


async def run_relay(database, bus, *, until) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(Relay(database.system, database.metadata, bus, "kit").run(stop))
    try:
        async with asyncio.timeout(10):
            await until()
    finally:
        stop.set()
        await task


async def unsent(database) -> int:
    async with database.system.connect() as connection:
        return (await connection.execute(text("SELECT count(*) FROM kit.outbox WHERE sent_at IS NULL"))).scalar_one()


async def nothing_unsent(database) -> None:
    while await unsent(database):
        await asyncio.sleep(0.05)


async def test_committed_facts_arrive_in_order_with_their_headers(kit_database) -> None:
    bus = PostgresBus(kit_database.bus_url)
    await bus.migrate()
    for number in range(5):
        await commit_fact(kit_database, number)
    await run_relay(kit_database, bus, until=lambda: nothing_unsent(kit_database))
    async with bus.consumer("g", [TOPIC]) as member:
        found = await drain(member, 5)
    await bus.close()
    bodies = [RepublishRequested.FromString(delivery.message.value) for delivery in found]
    assert [body.lauf_id for body in bodies] == ["0", "1", "2", "3", "4"]
    headers = found[0].message.headers
    assert headers["ce_type"] == "dms.search.v1.RepublishRequested"
    assert headers["dms-mandant"] == "dueren"
    assert headers["dms-actor"] == "sachbearbeitung"


async def test_what_the_bus_refused_is_sent_when_it_is_back(kit_database) -> None:
    bus = RefusingBus(kit_database.bus_url)
    await bus.migrate()
    await commit_fact(kit_database, 1)

    async def comes_back() -> None:
        await asyncio.sleep(0.5)
        assert await unsent(kit_database) == 1
        bus.away = False
        await nothing_unsent(kit_database)

    await run_relay(kit_database, bus, until=comes_back)
    await bus.close()


async def test_a_commit_wakes_the_relay_of_another_process(kit_database) -> None:
    bus = PostgresBus(kit_database.bus_url)
    await bus.migrate()
    waker = Waker(kit_database.app_url, "kit")

    async def commit_and_wake() -> None:
        await asyncio.sleep(0.3)
        await commit_fact(kit_database, 1)
        waker.wake()
        await nothing_unsent(kit_database)

    await run_relay(kit_database, bus, until=commit_and_wake)
    await waker.close()
    await bus.close()


async def test_stored_answers_are_forgotten_after_a_day_unless_they_stay(kit_database) -> None:
    bus = PostgresBus(kit_database.bus_url)
    await bus.migrate()
    known = "SELECT key FROM kit.idempotency_key ORDER BY key"
    answers = """
        INSERT INTO kit.idempotency_key (mandant, client, operation, key, fingerprint, status, body, lives_forever,
            created_at)
        SELECT 'dueren', 'portal', 'submit', key, '', 201, '', stays, now() - age * interval '1 hour'
        FROM (VALUES ('old', 25, false), ('receipt', 9000, true), ('young', 23, false)) AS row (key, age, stays)
    """
    async with kit_database.system.begin() as connection:
        await connection.execute(text(answers))

    async def forgotten() -> None:
        async with kit_database.system.connect() as connection:
            while "old" in (await connection.execute(text(known))).scalars().all():
                await asyncio.sleep(0.05)

    await run_relay(kit_database, bus, until=forgotten)
    await bus.close()
    async with kit_database.system.connect() as connection:
        assert (await connection.execute(text(known))).scalars().all() == ["receipt", "young"]
