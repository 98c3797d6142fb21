"""The migrated schema: equal to the tables in code, closed to others, fast under row-level security."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from dms_kit.core.access import AccessScope, Rank
from dms_kit.database import set_mandant
from dms_kit.migrations import differences
from dms_workflow.adapters.postgres.aufgaben import page_statement
from dms_workflow.adapters.postgres.tables import aufgabe, metadata
from dms_workflow.use_cases.ports import READ
from dms_workflow.use_cases.queries import AufgabeFilter, Paging


async def test_migrations_and_tables_agree(service_urls) -> None:
    assert await differences(service_urls("workflow").system, metadata) == []


async def test_every_table_is_under_row_level_security(container, rows) -> None:
    tables = await rows(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c"
        " WHERE c.relnamespace = 'workflow'::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'"
    )
    assert {row.relname for row in tables} == {table.name for table in metadata.tables.values()}
    assert all(row.relrowsecurity and row.relforcerowsecurity for row in tables)


async def test_the_app_role_sees_nothing_of_other_services_and_without_mandant(container, records) -> None:
    await records.create("32")
    async with container.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM workflow.aufgabe"))).scalar_one() == 0
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text("SELECT * FROM bus.message"))


async def fill(container, offices: int, number: int) -> list:
    zustaendigkeiten = [uuid4() for _ in range(offices)]
    rows = [
        {
            "mandant": "dueren",
            "id": uuid4(),
            "version": 1,
            "vorgang_id": uuid4(),
            "vorgang_version": 1,
            "aktenzeichen": f"32.20#{position:05}#0001",
            "zustaendigkeit_id": zustaendigkeiten[position % offices],
            "rang": 0,
            "abgeschirmt": False,
            "titel": "Antrag prüfen",
            "faellig_am": date(2026, 1 + position % 12, 1),
            "erstellt_am": container.clock.now(),
            "status": "offen",
        }
        for position in range(number)
    ]
    async with container.system_engine.begin() as connection:
        await connection.execute(insert(aufgabe), rows)
        await connection.execute(text("ANALYZE workflow.aufgabe"))
    return zustaendigkeiten


@pytest.mark.parametrize(
    "filters",
    [
        AufgabeFilter(status="offen"),
        AufgabeFilter(),
        AufgabeFilter(vorgang_id=uuid4()),
    ],
)
async def test_the_list_reads_an_index_as_the_app_role(container, filters) -> None:
    zustaendigkeiten = await fill(container, 40, 8000)
    scope = AccessScope(mandant="dueren", reach={READ: {zustaendigkeiten[0]: Rank.OFFEN}})
    statement = page_statement("dueren", scope, filters, Paging(limit=50))
    compiled = statement.compile(dialect=container.engine.dialect)
    parameters = tuple(compiled.params[name] for name in compiled.positiontup)
    async with container.engine.connect() as connection:
        await set_mandant(connection, "dueren")
        plan = "\n".join((await connection.exec_driver_sql(f"EXPLAIN {compiled}", parameters)).scalars())
    assert "Seq Scan" not in plan, plan
    assert "Index Cond" in plan, plan
