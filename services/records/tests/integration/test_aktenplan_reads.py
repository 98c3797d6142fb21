"""The plan in the database: one statement for a tree or a path of any size, histories that nobody rewrites."""

import asyncio
from contextlib import contextmanager
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import event, insert
from sqlalchemy.exc import DBAPIError

from dms_kit.database import set_mandant
from dms_records.adapters.postgres import tables

pytestmark = pytest.mark.usefixtures("demo")
UNITS = 5_000


@contextmanager
def statements(container):
    """Collect what is sent to the database, but for the transaction's own."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        if "set_config" not in statement:
            sent.append(statement)

    event.listen(container.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(container.engine.sync_engine, "before_cursor_execute", note)


@pytest.fixture
async def big_plan(container):
    """A plan of 5,000 units on four levels."""
    shared = {"mandant": "dueren", "version": 1, "titel": "Allgemeines", "gueltig_von": date(2020, 1, 1)}
    facts = {**shared, "stillgelegt": False, "rang": 0, "aussonderungsart": "V", "aufbewahrungsdauer": 5}
    above, units = [None], []
    for level, width in ((1, 10), (2, 9), (3, 9), (4, 5)):
        rows = [
            {**facts, "id": uuid4(), "schluessel": f"L{level}.{number}.{place}", "uebergeordnet_id": parent}
            for place, parent in enumerate(above)
            for number in range(width)
        ]
        units += rows
        above = [row["id"] for row in rows]
    units = units[:UNITS]
    async with container.system_engine.begin() as connection:
        await connection.execute(insert(tables.aktenplaneinheit), units)
    return units


async def test_tree_of_5000_units_is_two_statements_for_the_first_reader_and_one_for_all_others(
    client, container, big_plan
):
    with statements(container) as sent:
        answer = await client.get("aktenplan")
    assert answer.status_code == 200
    assert answer.text.count('"untergeordnet"') > len(big_plan)
    assert len(sent) == 2, sent
    with statements(container) as sent:
        again = await client.get("aktenplan", "dora-50")
    assert again.content == answer.content
    [asked] = sent
    assert "titel" not in asked


async def test_of_many_readers_at_once_one_has_the_tree_made(client, container, big_plan):
    with statements(container) as sent:
        answers = await asyncio.gather(*(client.get("aktenplan") for _ in range(5)))
    assert len({answer.content for answer in answers}) == 1
    assert len([statement for statement in sent if "titel" in statement]) == 1


async def test_unit_with_all_above_it_is_one_statement(client, container, big_plan):
    with statements(container) as sent:
        answer = await client.get(f"aktenplan/{big_plan[-1]['id']}")
    assert answer.status_code == 200
    assert len(sent) == 1, sent


async def test_filing_asks_for_the_path_once_however_deep(container, ingest, rows, clock):
    unit = (await rows("SELECT id FROM records.aktenplaneinheit WHERE mandant='dueren' AND schluessel='32.20'"))[0].id
    with statements(container) as sent:
        async with container.units.for_mandant("dueren")() as uow:
            path = await uow.aktenplan.path(unit, hold=True)
    assert [step.schluessel for step in path] == ["32.20", "32"]
    # Its turn among those who take locks is asked for besides (decision 0013).
    asked = [statement for statement in sent if "pg_advisory" not in statement]
    assert len(asked) == 1, sent


@pytest.mark.parametrize(
    "verb", ["UPDATE records.aktenplaneinheit_stand SET titel = 'x'", "DELETE FROM records.aktenplaneinheit_stand"]
)
async def test_history_is_append_only_for_the_app_role(container, verb):
    async with container.engine.connect() as connection:
        await set_mandant(connection, "dueren")
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.exec_driver_sql(verb)


async def test_applied_plan_has_a_history_too(rows):
    found = await rows(
        "SELECT s.anlass, s.version, s.wirksam_ab = e.gueltig_von AS von_anfang_an FROM records.aktenplaneinheit e"
        " LEFT JOIN records.aktenplaneinheit_stand s ON (s.mandant, s.aktenplaneinheit_id) = (e.mandant, e.id)"
    )
    assert {tuple(row) for row in found} == {("angewendet", 1, True)}
