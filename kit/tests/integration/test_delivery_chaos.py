"""Events that come twice, five times or beside their neighbour leave the state that the clean order leaves."""

import asyncio
import random
from collections.abc import Sequence

import pytest
from sqlalchemy import text

from dms.search.v1.republish_events_pb2 import RepublishRequested
from dms_kit.messaging.consumer import Consumer, Incoming, Subscription
from dms_kit.messaging.dead_letters import DeadLetterStore
from dms_kit.messaging.outbox import topic_of
from dms_kit.ports.event_bus import Message
from dms_kit.testing.contracts.event_bus import a_message

EVENTS = 2000
KEYS = 100
TOPIC = topic_of(RepublishRequested)
TYPE = RepublishRequested.DESCRIPTOR.full_name
# Not commutative and not idempotent: one event too many, too few or too early of a key shows for ever.
CHAIN = text(
    "INSERT INTO kit.thing (mandant, id, name) VALUES (:mandant, :id, :value)"
    " ON CONFLICT (mandant, id) DO UPDATE SET name = md5(thing.name || excluded.name)"
)
STATE = text("SELECT md5(string_agg(id || ':' || name, ',' ORDER BY id)) FROM kit.thing WHERE mandant = :mandant")


def events(mandant: str, chance: random.Random) -> list[Message]:
    found = []
    for number in range(EVENTS):
        body = RepublishRequested(lauf_id=str(number)).SerializeToString()
        key = str(chance.randrange(KEYS))
        found.append(a_message(TOPIC, key, body, ce_type=TYPE, **{"dms-mandant": mandant}))
    return found


def disturbed(clean: Sequence[Message], chance: random.Random) -> list[Message]:
    """Swap neighbours of different keys, then repeat each event up to four times behind its first delivery."""
    swapped = list(clean)
    for place in range(0, len(swapped) - 1, 2):
        one, other = swapped[place : place + 2]
        if one.key != other.key and chance.random() < 0.5:
            swapped[place : place + 2] = other, one
    places = [(float(place), message) for place, message in enumerate(swapped)]
    for place, message in enumerate(swapped):
        places += [(place + chance.uniform(0.1, 300), message) for _ in range(chance.randrange(5))]
    return [message for _, message in sorted(places, key=lambda one: one[0])]


async def consumed(bus, kit_database, messages: Sequence[Message]) -> None:
    units = kit_database.factory()

    async def apply(incoming: Incoming[RepublishRequested]) -> None:
        async with units.for_message(incoming)() as uow:
            values = {"id": int(incoming.message.key), "value": incoming.body.lauf_id}
            await uow.session.execute(CHAIN, {"mandant": incoming.message.mandant, **values})
            await uow.commit(None)

    for start in range(0, len(messages), 500):
        await bus.publish(messages[start : start + 500])
    letters = DeadLetterStore(kit_database.system, kit_database.metadata)
    consumer = Consumer(bus, "kit", [Subscription(event=RepublishRequested, apply=apply)], letters)
    stop = asyncio.Event()
    running = asyncio.create_task(consumer.run(stop))
    while (await bus.backlog("kit", [TOPIC])).count:
        await asyncio.sleep(1)
    stop.set()
    await running
    assert await letters.count() == 0


async def state(kit_database, mandant: str) -> str:
    async with kit_database.system.connect() as connection:
        found = await connection.scalar(STATE, {"mandant": mandant})
    assert found
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [4])
async def test_repeated_and_swapped_deliveries_end_in_the_same_state(any_bus, kit_database, seed) -> None:
    await consumed(any_bus, kit_database, events("dueren", random.Random(seed)))
    clean = events("nachbarstadt", random.Random(seed))
    delivered = disturbed(clean, random.Random(seed))
    assert len(delivered) > 2 * EVENTS
    assert [message.id for message in delivered] != [message.id for message in clean]
    await consumed(any_bus, kit_database, delivered)
    assert await state(kit_database, "nachbarstadt") == await state(kit_database, "dueren")
