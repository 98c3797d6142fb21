"""The migrated schema: equal to the tables in code, closed to others, its lists read by index."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from dms_kit.core.access import AccessScope, Rank
from dms_kit.database import set_mandant
from dms_kit.migrations import differences
from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.read_models import akten_statement, vorgaenge_statement
from dms_records.adapters.postgres.selections import (
    befunde,
    dokumente_with_befund,
    select_vorgaenge,
    visible_one,
)
from dms_records.adapters.postgres.virenpruefungen import waiting_statement
from dms_records.use_cases.ports import READ, AkteFilter, BefundFilter, Paging, VorgangFilter

ROWS = 6000
OFFICES = 30


async def test_migrations_and_tables_agree(service_urls):
    assert await differences(service_urls("records").system, tables.metadata) == []


async def test_every_table_is_under_row_level_security(container, rows):
    found = await rows(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c"
        " WHERE c.relnamespace = 'records'::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'"
    )
    assert {row.relname for row in found} == {table.name for table in tables.metadata.tables.values()}
    assert all(row.relrowsecurity and row.relforcerowsecurity for row in found)


async def test_app_role_without_mandant_sees_nothing(container, ingest):
    await ingest.submit()
    async with container.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM records.vorgang"))).scalar_one() == 0


@pytest.mark.parametrize("statement", ["UPDATE records.audit_entry SET actor = 'x'", "DELETE FROM records.audit_entry"])
async def test_protokoll_is_append_only_for_the_app_role(container, ingest, statement):
    await ingest.submit()
    async with container.engine.connect() as connection:
        await set_mandant(connection, "dueren")
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.exec_driver_sql(statement)


async def test_app_role_cannot_write_for_another_mandant(container, ingest):
    await ingest.submit()
    async with container.engine.connect() as connection:
        await set_mandant(connection, "nachbarstadt")
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.exec_driver_sql(
                "INSERT INTO records.aktenzeichen_zaehler VALUES ('dueren', gen_random_uuid(), 0, 1)"
            )


@pytest.fixture
async def zustaendigkeiten(container, demo, rows):
    """Many Akten and Vorgänge of many Zuständigkeiten, written past the use cases."""
    unit = (await rows("SELECT id FROM records.aktenplaneinheit WHERE mandant = 'dueren' LIMIT 1"))[0].id
    office = (await rows("SELECT id FROM records.organisationseinheit WHERE mandant = 'dueren' LIMIT 1"))[0].id
    today, moment = container.clock.now().date(), container.clock.now()
    ids = [uuid4() for _ in range(OFFICES)]
    shared = {"mandant": "dueren", "version": 1}
    akten, vorgaenge = [], []
    for number in range(ROWS):
        facts = {
            **shared,
            "id": uuid4(),
            "aktenzeichen": f"9#{number:06}",
            "zustaendigkeit_id": ids[number % OFFICES],
            "rang": 0,
            "abgeschirmt": False,
            "erstellt_am": moment - timedelta(seconds=number),
        }
        title = {"titel": f"Titel {number}", "titel_sortierung": f"titel {number}"}
        akten.append({**facts, **title, "art": "fallakte", "jahr": None, "aktenplaneinheit_id": unit})
        # What is closed comes last by its Betreff: a walk by Betreff alone would pass everything else first.
        status = "offen" if number < ROWS * 2 / 3 else "zda"
        subject = {"betreff": f"Betreff {number}", "betreff_sortierung": f"betreff {number:06}"}
        vorgaenge.append(
            {**facts, **subject, "akte_id": facts["id"], "status": status, "antrag_id": None, "anzahl_dokumente": 0}
        )
    async with container.system_engine.begin() as connection:
        # One of these pairs is open, the others are history: only one open row may stand for a pair.
        closed = [{"gueltig_von": today, "gueltig_bis": today, "id": row} for row in ids]
        pair = {"aktenplaneinheit_id": unit, "organisationseinheit_id": office}
        await connection.execute(insert(tables.zustaendigkeit), [{**shared, **pair, **row} for row in closed])
        await connection.execute(insert(tables.akte), akten)
        await connection.execute(insert(tables.vorgang), vorgaenge)
    async with container.system_engine.begin() as connection:
        await connection.exec_driver_sql("ANALYZE records.akte")
        await connection.exec_driver_sql("ANALYZE records.vorgang")
    return ids


async def explain(container, statement, options=""):
    compiled = statement.compile(dialect=container.engine.dialect)
    parameters = tuple(compiled.params[name] for name in compiled.positiontup)
    async with container.engine.connect() as connection:
        await set_mandant(connection, "dueren")
        return "\n".join((await connection.exec_driver_sql(f"EXPLAIN {options} {compiled}", parameters)).scalars())


def paging(sort, *, after=None, limit=50):
    return Paging(sort=sort.strip("-"), descending=sort.startswith("-"), limit=limit, after=after)


def assert_reads_an_index(plan, table):
    assert f"Seq Scan on {table}" not in plan, plan
    assert "Index Cond" in plan, plan


@pytest.fixture
async def dateien(container, zustaendigkeiten, rows):
    """A Dokument with a file for each Vorgang, found clean but for a few."""
    moment = container.clock.now()
    dokumente, inhalte = [], []
    for number, vorgang in enumerate(await rows("SELECT * FROM records.vorgang")):
        names = ("mandant", "version", "akte_id", "aktenzeichen", "zustaendigkeit_id", "rang", "abgeschirmt")
        facts = {name: getattr(vorgang, name) for name in (*names, "antrag_id", "erstellt_am")}
        title = {"titel": "T", "titel_sortierung": "t", "art": "anlage", "nummer": 1, "aktuelle_version": 1}
        dokumente.append({**facts, **title, "id": uuid4(), "vorgang_id": vorgang.id})
        file = {"dateiname": "a", "mime_type": "a/a", "groesse": 1, "sha256": "", "sha512": "", "blocks": b""}
        special = {1: ("befallen", "Virus"), 2: ("nicht_geprueft", None)}.get(number % 1000, ("sauber", None))
        result = dict(zip(("pruefstatus", "befund"), special, strict=True))
        names = {"id": uuid4(), "dokument_id": dokumente[-1]["id"], "objekt_key": str(number), "nummer": 1}
        inhalte.append({"mandant": "dueren", "erstellt_am": moment, "geprueft_am": moment, **file, **names, **result})
    async with container.system_engine.begin() as connection:
        await connection.execute(insert(tables.dokument), dokumente)
        await connection.execute(insert(tables.dokumentversion), inhalte)
    async with container.system_engine.begin() as connection:
        await connection.exec_driver_sql("ANALYZE records.dokument")
        await connection.exec_driver_sql("ANALYZE records.dokumentversion")
    return zustaendigkeiten


async def test_findings_are_read_by_their_index(container, dateien):
    scope = AccessScope(mandant="dueren", reach={READ: dict.fromkeys(dateien, Rank.OFFEN)})
    page = dokumente_with_befund(scope, "befallen", paging("-erstellt_am"))
    filters = BefundFilter(pruefstatus="befallen")
    for statement in (select(page), select(befunde("dueren", filters, paging("-geprueft_am")))):
        plan = await explain(container, statement)
        assert "ix_dokumentversion_befund" in plan, plan
        assert "Seq Scan on dokument" not in plan, plan


async def test_what_waits_for_the_scan_is_read_by_its_index(container, dateien):
    statement = waiting_statement(tables.dokumentversion, ["key"]).limit(40)
    async with container.system_engine.connect() as connection:
        compiled = statement.compile(dialect=container.engine.dialect, compile_kwargs={"literal_binds": True})
        plan = "\n".join((await connection.exec_driver_sql(f"EXPLAIN {compiled}")).scalars())
    assert "ix_dokumentversion_ungeprueft" in plan, plan


@pytest.mark.parametrize("sort", ["-erstellt_am", "erstellt_am", "betreff", "-aktenzeichen", "zda_am"])
async def test_list_of_vorgaenge_walks_its_sort_index(container, zustaendigkeiten, sort):
    scope = AccessScope(mandant="dueren", reach={READ: dict.fromkeys(zustaendigkeiten[:5], Rank.VERTRAULICH)})
    statement = vorgaenge_statement(scope, VorgangFilter(), paging(sort))
    plan = await explain(container, statement)
    assert_reads_an_index(plan, "vorgang")
    assert f"ix_vorgang_{sort.strip('-')}" in plan, plan
    # The rows of a Zuständigkeit come in order: nothing is sorted but the very first and the first rows of each.
    assert plan.count("Sort Key") <= 3, plan


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (VorgangFilter(status="offen"), "ix_vorgang_"),
        (VorgangFilter(akte_id=uuid4()), "ix_vorgang_akte"),
        (VorgangFilter(aktenzeichen="9#000001"), "vorgang_"),
    ],
)
async def test_filtered_list_of_vorgaenge_reads_an_index(container, zustaendigkeiten, filters, index):
    scope = AccessScope(mandant="dueren", reach={READ: dict.fromkeys(zustaendigkeiten, Rank.OFFEN)})
    plan = await explain(container, vorgaenge_statement(scope, filters, paging("-erstellt_am")))
    assert_reads_an_index(plan, "vorgang")
    assert index in plan, plan


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        ("-erstellt_am", "ix_vorgang_status"),
        ("betreff", "ix_vorgang_status_betreff"),
        ("-betreff", "ix_vorgang_status_betreff"),
        ("aktenzeichen", "ix_vorgang_status_aktenzeichen"),
    ],
)
async def test_list_of_one_status_walks_the_index_of_its_sort(container, zustaendigkeiten, sort, index):
    scope = AccessScope(mandant="dueren", reach={READ: dict.fromkeys(zustaendigkeiten, Rank.VERTRAULICH)})
    # A page much shorter than what has this state: otherwise sorting it all is as good.
    statement = vorgaenge_statement(scope, VorgangFilter(status="zda"), paging(sort, limit=5))
    plan = await explain(container, statement)
    assert f"using {index} " in plan, plan
    # Nothing is sorted but the very first and the first rows of each Zuständigkeit.
    assert plan.count("Sort Key") <= 3, plan
    assert "Filter: (status" not in plan, plan


@pytest.mark.parametrize("sort", ["-erstellt_am", "erstellt_am", "titel", "-aktenzeichen"])
async def test_pages_over_many_zustaendigkeiten_hold_every_row_once_and_in_order(container, zustaendigkeiten, sort):
    # Pages shorter than there are Zuständigkeiten: most of them are not walked beyond their first row.
    scope = AccessScope(mandant="dueren", reach={READ: dict.fromkeys(zustaendigkeiten[1:], Rank.OFFEN)})
    pages, after = [], None
    async with container.units.for_mandant("dueren")() as uow:
        for _ in range(40):
            page = await uow.queries.akten(scope, AkteFilter(), paging(sort, after=after, limit=7))
            pages += [row.aktenzeichen for row in page.items]
            after = page.next
    numbers = sorted(number for number in range(ROWS) if number % OFFICES)
    expected = [f"9#{number:06}" for number in (numbers if sort != "titel" else sorted(numbers, key=str))]
    # The youngest has the smallest number.
    expected = expected[::-1] if sort in {"erstellt_am", "-aktenzeichen"} else expected
    assert pages == expected[:280]


async def test_a_page_reads_no_more_than_the_first_rows_of_as_many_zustaendigkeiten(container, zustaendigkeiten):
    scope = AccessScope(mandant="dueren", reach={READ: dict.fromkeys(zustaendigkeiten, Rank.OFFEN)})
    plan = await explain(
        container, akten_statement(scope, AkteFilter(), paging("titel", limit=4)), "(ANALYZE, TIMING OFF)"
    )
    walks = [
        (int(count), int(loops))
        for count, loops in re.findall(r"using ix_akte_titel .*actual rows=(\d+)(?:\.\d+)? loops=(\d+)", plan)
    ]
    # The first row of each, then a page of each of the five best.
    assert sorted(walks) == [(1, OFFICES), (5, 5)], plan


@pytest.mark.parametrize("sort", ["-erstellt_am", "titel", "-zda_am"])
async def test_list_of_akten_walks_its_sort_index(container, zustaendigkeiten, sort):
    scope = AccessScope(mandant="dueren", reach={READ: dict.fromkeys(zustaendigkeiten[:5], Rank.OFFEN)})
    plan = await explain(container, akten_statement(scope, AkteFilter(), paging(sort)))
    assert_reads_an_index(plan, "akte")
    assert f"ix_akte_{sort.strip('-')}" in plan, plan


async def test_one_object_is_read_by_its_key(container, zustaendigkeiten):
    scope = AccessScope(mandant="dueren", reach={READ: dict.fromkeys(zustaendigkeiten, Rank.OFFEN)})
    page = visible_one(tables.vorgang, scope, uuid4())
    plan = await explain(container, select_vorgaenge(page))
    assert "pk_vorgang" in plan, plan
