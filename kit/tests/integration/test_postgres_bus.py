"""What the PostgreSQL bus costs does not grow with what was consumed long ago."""

import asyncpg

from dms_kit.adapters import postgres_bus
from dms_kit.adapters.postgres_bus import PostgresBus
from dms_kit.testing.contracts.event_bus import a_message, drain

TOPICS = ["dms.test.a.v1", "dms.test.b.v1"]


async def test_asking_for_the_backlog_reads_only_what_waits(kit_database) -> None:
    bus = PostgresBus(kit_database.bus_url)
    await bus.migrate()
    for topic in TOPICS:
        await bus.publish([a_message(topic, "k", b"x" * 200) for _ in range(2_000)])
    async with bus.consumer("g", TOPICS) as member:
        await member.commit(await drain(member, 4_000))
    await bus.publish([a_message(TOPICS[0], "k", b"x")])
    connection = await asyncpg.connect(kit_database.bus_url.replace("+asyncpg", ""))
    await connection.execute("ANALYZE bus.message")
    lines = await connection.fetch(f"EXPLAIN (ANALYZE, TIMING OFF) {postgres_bus._BACKLOG}", "g", TOPICS)
    await connection.close()
    plan = "\n".join(line[0] for line in lines)
    assert (await bus.backlog("g", TOPICS)).count == 1
    await bus.close()
    assert "Seq Scan on message" not in plan, plan
