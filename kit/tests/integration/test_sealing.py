"""Entries are sealed in the order of their transactions: what is late waits, and nothing is skipped."""

import asyncio
import contextlib
import uuid
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dms_kit.audit.checkpoints import CheckpointExporter
from dms_kit.audit.hashing import ENTRY_COLUMNS, Tree, leaf_of
from dms_kit.audit.sealing import Sealer
from dms_kit.core.actor import Actor
from dms_kit.core.clock import SystemClock
from dms_kit.core.errors import UnavailableError
from dms_kit.telemetry import AUDIT_ALARMS, AUDIT_WAITING
from dms_kit.testing.fakes import MemoryStore

ACTOR = Actor(mandant="dueren", sub="sachbearbeitung", client="demo")
NEIGHBOUR = Actor(mandant="nachbarstadt", sub="sachbearbeitung", client="demo")


class AwayStore(MemoryStore):
    """A store that is away until told otherwise."""

    away = True

    async def put(self, *arguments, **options):
        if self.away:
            raise UnavailableError
        return await super().put(*arguments, **options)


def make_sealer(database, folder: Path, store=None, **options) -> Sealer:
    exporter = CheckpointExporter(
        database.system,
        database.metadata,
        "kit",
        store=store or MemoryStore(),
        key=folder / "audit-key.pem",
        clock=SystemClock(),
    )
    return Sealer(database.system, database.metadata, "kit", exporter, **options)


@pytest.fixture
def sealer(kit_database, tmp_path) -> Sealer:
    return make_sealer(kit_database, tmp_path)


@pytest.fixture
async def locked(sealer):
    async with sealer.locked(asyncio.Event()) as connection:
        yield connection


async def act(database, count: int = 1, actor: Actor = ACTOR) -> None:
    async with database.factory().for_actor(actor)() as uow:
        for _ in range(count):
            uow.audit("thing.created", "thing", uuid.uuid4(), {"name": "x"})
        await uow.commit()


async def rows(database, statement: str):
    async with database.system.connect() as connection:
        return (await connection.execute(text(statement))).all()


async def sealed(database, mandant: str = "dueren") -> list[int]:
    found = await rows(database, f"SELECT entry_id FROM kit.audit_leaf WHERE mandant = '{mandant}' ORDER BY number")
    return [row.entry_id for row in found]


@contextlib.asynccontextmanager
async def open_act(database):
    """Hold a transaction that has inserted its entry and not committed yet."""
    connection = await asyncpg.connect(database.app_url.replace("+asyncpg", ""))
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT set_config('dms.mandant', 'dueren', true)")
    entry = await connection.fetchval(
        "INSERT INTO kit.audit_entry (mandant, occurred_at, actor, client, action, object_type, object_id)"
        " VALUES ('dueren', now(), 'a', 'c', 'thing.late', 'thing', gen_random_uuid()) RETURNING id"
    )
    try:
        yield entry, transaction
    finally:
        await connection.close()


async def test_entries_get_dense_numbers_and_a_root_over_all_of_them(kit_database, sealer, locked) -> None:
    for count in (3, 2):
        await act(kit_database, count)
        assert await sealer.seal(locked) == count
    assert await sealer.seal(locked) == 0
    columns = ", ".join(ENTRY_COLUMNS)
    entries = await rows(kit_database, f"SELECT {columns} FROM kit.audit_entry ORDER BY id")
    tree = Tree()
    tree.extend(leaf_of("kit", number, tuple(entry)) for number, entry in enumerate(entries, 1))
    leaves = await rows(kit_database, "SELECT number, entry_id FROM kit.audit_leaf ORDER BY number")
    assert [tuple(row) for row in leaves] == [(number, entry.id) for number, entry in enumerate(entries, 1)]
    seals = await rows(kit_database, "SELECT number, size, root, peaks FROM kit.audit_seal ORDER BY number")
    assert [(row.number, row.size) for row in seals] == [(1, 3), (2, 5)]
    assert (bytes(seals[-1].root), bytes(seals[-1].peaks)) == (tree.root(), tree.peaks)


async def test_each_mandant_has_a_chain_of_its_own(kit_database, sealer, locked) -> None:
    await act(kit_database, 2)
    await act(kit_database, 3, NEIGHBOUR)
    assert await sealer.seal(locked) == 5
    numbers = await rows(
        kit_database, "SELECT mandant, array_agg(number ORDER BY number) FROM kit.audit_leaf GROUP BY 1"
    )
    assert dict(map(tuple, numbers)) == {"dueren": [1, 2], "nachbarstadt": [1, 2, 3]}


async def test_an_open_transaction_makes_sealing_wait_and_is_not_skipped(kit_database, sealer, locked) -> None:
    await act(kit_database)
    async with open_act(kit_database) as (late, transaction):
        await act(kit_database)
        assert await sealer.seal(locked) == 1
        assert await sealer.seal(locked) == 0
        await transaction.commit()
    assert await sealer.seal(locked) == 2
    assert late in await sealed(kit_database)
    assert await sealer.count_alarms() == 0


async def test_a_smaller_id_that_commits_later_is_sealed_later(kit_database, sealer, locked) -> None:
    """The later transaction draws its id first: no boundary of ids would be safe."""
    early = await asyncpg.connect(kit_database.app_url.replace("+asyncpg", ""))
    try:
        transaction = early.transaction()
        await transaction.start()
        await early.execute("SELECT pg_current_xact_id(), set_config('dms.mandant', 'dueren', true)")
        async with open_act(kit_database) as (smaller, later):
            larger = await early.fetchval(
                "INSERT INTO kit.audit_entry (mandant, occurred_at, actor, client, action, object_type, object_id)"
                " VALUES ('dueren', now(), 'a', 'c', 'thing.early', 'thing', gen_random_uuid()) RETURNING id"
            )
            await transaction.commit()
            assert await sealer.seal(locked) == 1
            await later.commit()
        assert await sealer.seal(locked) == 1
    finally:
        await early.close()
    assert larger > smaller
    assert await sealed(kit_database) == [larger, smaller]
    assert await sealer.count_alarms() == 0


async def test_a_transaction_of_another_database_makes_sealing_wait(kit_database, sealer, locked) -> None:
    other = await asyncpg.connect(kit_database.app_url.replace("+asyncpg", "").rsplit("/", 1)[0] + "/template1")
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("SELECT pg_current_xact_id()")
        await act(kit_database)
        assert await sealer.seal(locked) == 0
        await transaction.commit()
        assert await sealer.seal(locked) == 1
    finally:
        await other.close()


async def test_writers_at_once_leave_no_gap(kit_database, sealer, locked) -> None:
    async def write(actor: Actor) -> None:
        for _ in range(15):
            await act(kit_database, 2, actor)

    writing = asyncio.gather(*(write(actor) for actor in (ACTOR, NEIGHBOUR, ACTOR, NEIGHBOUR)))
    while not writing.done():
        await sealer.seal(locked)
        await asyncio.sleep(0.01)
    await writing
    await sealer.seal(locked)
    for mandant in ("dueren", "nachbarstadt"):
        assert len(await sealed(kit_database, mandant)) == 60
        assert len(set(await sealed(kit_database, mandant))) == 60
    assert await sealer.count_alarms() == 0


async def test_what_is_below_the_boundary_and_unsealed_is_an_alarm(kit_database, sealer, locked) -> None:
    await act(kit_database, 3)
    await sealer.seal(locked)
    async with kit_database.system.begin() as connection:
        forged = (
            "INSERT INTO kit.audit_entry (mandant, occurred_at, actor, client, action, object_type, object_id, xid)"
            " SELECT mandant, occurred_at, 'forger', client, action, object_type, object_id, xid"
            " FROM kit.audit_entry WHERE id = 1"
        )
        await connection.execute(text(forged))
        await connection.execute(text("UPDATE kit.audit_entry SET xid = xid - 1 WHERE actor = 'forger'"))
    assert await sealer.seal(locked) == 0
    assert await sealer.count_alarms() == 1
    await sealer.measure()
    assert AUDIT_ALARMS.labels("kit")._value.get() == 1


async def test_an_alarm_shows_at_the_next_measurement(kit_database, sealer, locked) -> None:
    await act(kit_database, 2)
    await sealer.seal(locked)
    await sealer.measure()
    assert AUDIT_ALARMS.labels("kit")._value.get() == 0
    async with kit_database.system.begin() as connection:
        forged = (
            "INSERT INTO kit.audit_entry (mandant, occurred_at, actor, client, action, object_type, object_id, xid)"
            " SELECT mandant, occurred_at, 'forger', client, action, object_type, object_id, xid - 1"
            " FROM kit.audit_entry WHERE id = 1"
        )
        await connection.execute(text(forged))
    await sealer.measure()
    assert AUDIT_ALARMS.labels("kit")._value.get() == 1


async def test_on_another_server_the_order_begins_anew_behind_what_is_sealed(kit_database, sealer, locked) -> None:
    await act(kit_database, 2)
    await sealer.seal(locked)
    await act(kit_database, 1)
    async with kit_database.system.begin() as connection:
        # As after a logical dump: transactions of the old server have higher numbers than any of the new one.
        await connection.execute(text("UPDATE kit.audit_entry SET xid = xid + 1000000000"))
        await connection.execute(text("UPDATE kit.audit_seal SET xid = xid + 1000000000, cluster = 1"))
    await act(kit_database, 1)
    assert [await sealer.seal(locked) for _ in range(3)] == [0, 2, 0]
    assert await sealed(kit_database) == [1, 2, 3, 4]
    seals = await rows(kit_database, "SELECT size FROM kit.audit_seal ORDER BY number")
    assert [row.size for row in seals] == [2, 2, 4]
    assert await sealer.count_alarms() == 0


@pytest.mark.parametrize("table", ["audit_leaf", "audit_seal", "audit_checkpoint"])
async def test_the_app_role_writes_no_table_of_the_sealer(kit_database, table) -> None:
    for statement in (f"DELETE FROM kit.{table}", f"UPDATE kit.{table} SET mandant = 'x'"):
        async with kit_database.factory().for_actor(ACTOR)() as uow:
            with pytest.raises(DBAPIError, match="permission denied"):
                await uow.session.execute(text(statement))


async def test_only_one_of_two_sealers_works(kit_database, tmp_path, sealer, locked) -> None:
    stop = asyncio.Event()
    other = asyncio.create_task(make_sealer(kit_database, tmp_path).run(stop))
    await act(kit_database)
    await asyncio.sleep(1.5)
    assert await sealed(kit_database) == []
    stop.set()
    await other


async def test_a_running_sealer_seals_within_seconds_and_exports_at_the_end(kit_database, tmp_path) -> None:
    stop, store = asyncio.Event(), MemoryStore()
    task = asyncio.create_task(make_sealer(kit_database, tmp_path, store).run(stop))
    await act(kit_database, 3)
    async with asyncio.timeout(20):
        while len(await sealed(kit_database)) < 3:
            await asyncio.sleep(0.05)
    await act(kit_database, 1)
    stop.set()
    await task
    exported = await rows(kit_database, "SELECT mandant, max(size) FROM kit.audit_checkpoint GROUP BY mandant")
    assert [tuple(row) for row in exported] == [("dueren", 4)]


async def test_sealing_goes_on_while_the_store_is_away(kit_database, tmp_path) -> None:
    stop, store = asyncio.Event(), AwayStore()
    task = asyncio.create_task(make_sealer(kit_database, tmp_path, store, export_seconds=0.1).run(stop))
    await act(kit_database)
    async with asyncio.timeout(20):
        while not await sealed(kit_database):
            await asyncio.sleep(0.05)
        assert await rows(kit_database, "SELECT 1 FROM kit.audit_checkpoint") == []
        store.away = False
        while not await rows(kit_database, "SELECT 1 FROM kit.audit_checkpoint"):
            await asyncio.sleep(0.05)
    stop.set()
    await task


async def test_the_gauges_tell_what_waits(kit_database, sealer, locked) -> None:
    await act(kit_database, 2)
    await sealer.measure()
    assert AUDIT_WAITING.labels("kit")._value.get() == 2
    await sealer.seal(locked)
    await sealer.measure()
    assert AUDIT_WAITING.labels("kit")._value.get() == 0
