"""SQL, tantivy, OpenSearch and the Python predicate decide alike over any organisation, object and actor."""

import asyncio
import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import tantivy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Integer, MetaData, SmallInteger, Table, Text, Uuid, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.access import ROLES, compile_opensearch, compile_sql, compile_sql_row, compile_tantivy, reach_rows
from dms_kit.core.access import (
    AccessObject,
    AccessScope,
    Directory,
    Rank,
    Responsibility,
    Unit,
    holds,
    resolve_scope,
)
from dms_kit.core.actor import Actor, Membership
from dms_kit.testing.real import real_server

TODAY = date(2026, 6, 15)
MANDANTEN = ["dueren", "nachbarstadt"]
RIGHTS = sorted({right for role in ROLES.values() for right in role.unit_rights})
UNIT_IDS = [UUID(int=number) for number in range(1, 7)]
RESPONSIBILITY_IDS = [UUID(int=number) for number in range(101, 109)]

objects_table = Table(
    "object",
    MetaData(),
    Column("number", Integer),
    Column("mandant", Text),
    Column("responsibility_id", Uuid),
    Column("rank", SmallInteger),
    Column("shielded", Boolean),
    prefixes=["TEMPORARY"],
)

# Weighted so that most of an organisation is in force: else no actor ever sees anything.
validity = st.sampled_from(
    [(date(2020, 1, 1), None)] * 4 + [(date(2020, 1, 1), TODAY), (TODAY, None), (date(2026, 7, 1), None)]
)


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    units = []
    for number, unit_id in enumerate(UNIT_IDS):
        parent = draw(st.sampled_from([None, *UNIT_IDS[:number]]))
        units.append(Unit(unit_id, f"{number}0", parent, *draw(validity)))
    rows = [Responsibility(row, draw(st.sampled_from(UNIT_IDS)), *draw(validity)) for row in RESPONSIBILITY_IDS]
    return Directory(tuple(units), tuple(rows))


actors = st.builds(
    Actor,
    mandant=st.sampled_from(["dueren", *MANDANTEN]),
    sub=st.just("x"),
    memberships=st.frozensets(
        st.builds(
            Membership,
            unit=st.sampled_from(["00", "10", "20", "30", "40", "50", "99"]),
            role=st.sampled_from([*["sachbearbeitung", "leitung"] * 6, *ROLES, "unbekannt"]),
        ),
        min_size=1,
        max_size=3,
    ),
    client_roles=st.frozensets(st.sampled_from(["portal", "unbekannt"]), max_size=1),
)

access_objects = st.lists(
    st.builds(
        AccessObject,
        mandant=st.sampled_from(MANDANTEN),
        responsibility_id=st.sampled_from([*RESPONSIBILITY_IDS, UUID(int=999)]),
        rank=st.sampled_from(list(Rank)),
        shielded=st.sampled_from([False, False, True]),
    ),
    min_size=20,
    max_size=40,
)


def by_python(scope: AccessScope, right: str, objects: list[AccessObject]) -> set[int]:
    return {number for number, target in enumerate(objects) if scope.permits(right, target)}


async def by_sql(engine: AsyncEngine, scope: AccessScope, right: str, objects: list[AccessObject]) -> set[int]:
    columns = objects_table.c
    named = {
        "mandant": columns.mandant,
        "responsibility_id": columns.responsibility_id,
        "rank": columns.rank,
        "shielded": columns.shielded,
    }
    at_once = select(columns.number).where(compile_sql(scope, right, **named))
    reach = reach_rows(scope.reach.get(right, {}))
    row_by_row = select(columns.number).select_from(reach).join(objects_table, compile_sql_row(scope, reach, **named))
    rows = [
        {
            "number": number,
            "mandant": target.mandant,
            "responsibility_id": target.responsibility_id,
            "rank": int(target.rank),
            "shielded": target.shielded,
        }
        for number, target in enumerate(objects)
    ]
    async with engine.connect() as connection:
        await connection.run_sync(objects_table.create)
        await connection.execute(insert(objects_table), rows)
        found = set((await connection.execute(at_once)).scalars())
        walked = list((await connection.execute(row_by_row)).scalars())
        assert sorted(walked) == sorted(found), "row by row decides otherwise, or finds an object twice"
        await connection.rollback()
        return found


def by_tantivy(scope: AccessScope, right: str, objects: list[AccessObject]) -> set[int]:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True, indexed=True)
    builder.add_text_field("mandant", tokenizer_name="raw")
    builder.add_text_field("zustaendigkeit_id", tokenizer_name="raw")
    builder.add_unsigned_field("rang", indexed=True, fast=True)
    builder.add_boolean_field("abgeschirmt", indexed=True)
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(15_000_000, 1)
    for number, target in enumerate(objects):
        document = tantivy.Document()
        document.add_unsigned("number", number)
        document.add_text("mandant", target.mandant)
        document.add_text("zustaendigkeit_id", str(target.responsibility_id))
        document.add_unsigned("rang", int(target.rank))
        document.add_boolean("abgeschirmt", target.shielded)
        writer.add_document(document)
    writer.commit()
    index.reload()
    searcher = index.searcher()
    hits = searcher.search(compile_tantivy(scope, right, schema), limit=len(objects)).hits
    return {searcher.doc(address).get_first("number") for _, address in hits}


def document_of(target: AccessObject) -> dict[str, Any]:
    return {
        "mandant": target.mandant,
        "zustaendigkeit_id": str(target.responsibility_id),
        "rang": int(target.rank),
        "abgeschirmt": target.shielded,
    }


def matches(query: dict[str, Any], document: dict[str, Any]) -> bool:
    """Evaluate the part of OpenSearch's query language that the compiler writes; anything else is an error."""
    ((kind, body),) = query.items()
    if kind == "match_none":
        return False
    if kind == "bool":
        assert body.keys() <= {"filter", "should", "minimum_should_match"}
        found = sum(matches(part, document) for part in body.get("should", []))
        return all(matches(part, document) for part in body.get("filter", [])) and found >= body.get(
            "minimum_should_match", 0
        )
    ((field, wanted),) = body.items()
    if kind == "term":
        return bool(document[field] == wanted)
    if kind == "terms":
        return document[field] in wanted
    assert (kind, wanted.keys()) == ("range", {"lte"})
    return bool(document[field] <= wanted["lte"])


def by_opensearch_filter(scope: AccessScope, right: str, objects: list[AccessObject]) -> set[int]:
    query = json.loads(json.dumps(compile_opensearch(scope, right)))
    return {number for number, target in enumerate(objects) if matches(query, document_of(target))}


@pytest.mark.timeout(120)
def test_sql_tantivy_opensearch_and_python_agree(postgres_server) -> None:
    from dms_kit.database import create_engine  # noqa: PLC0415 - keeps the engine inside this test's own loop

    loop = asyncio.new_event_loop()
    engine = create_engine(postgres_server.superuser_url)
    permitted = 0

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(directories(), actors, access_objects, st.sampled_from(RIGHTS))
    def agree(directory: Directory, actor: Actor, objects: list[AccessObject], right: str) -> None:
        nonlocal permitted
        scope = resolve_scope(actor, directory, ROLES, TODAY)
        expected = by_python(scope, right, objects)
        permitted += len(expected)
        assert loop.run_until_complete(by_sql(engine, scope, right, objects)) == expected
        assert by_tantivy(scope, right, objects) == expected
        assert by_opensearch_filter(scope, right, objects) == expected
        if expected:
            assert holds(actor, right, ROLES)

    try:
        agree()
    finally:
        loop.run_until_complete(engine.dispose())
        loop.close()
    assert permitted > 50, "the generated actors saw next to nothing: the property proves nothing"


@pytest.mark.real
@pytest.mark.timeout(300)
def test_a_real_opensearch_agrees() -> None:
    """The same property on a server: all objects in one index, each example asks with its own scope."""
    objects = [
        AccessObject(mandant, row, rank, shielded)
        for mandant in MANDANTEN
        for row in [*RESPONSIBILITY_IDS, UUID(int=999)]
        for rank in Rank
        for shielded in (False, True)
    ]
    keyword = {"type": "keyword"}
    fields = {"mandant": keyword, "zustaendigkeit_id": keyword, "rang": {"type": "byte"}}
    name, permitted = f"test-rights-{uuid4().hex}", 0

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(directories(), actors, st.sampled_from(RIGHTS))
    def agree(directory: Directory, actor: Actor, right: str) -> None:
        nonlocal permitted
        scope = resolve_scope(actor, directory, ROLES, TODAY)
        expected = by_python(scope, right, objects)
        permitted += len(expected)
        body = {"query": {"bool": {"filter": [compile_opensearch(scope, right)]}}, "size": 1000, "_source": False}
        answer = client.post(f"/{name}/_search", json=body).raise_for_status().json()
        assert {int(hit["_id"]) for hit in answer["hits"]["hits"]} == expected

    with httpx.Client(base_url=real_server("opensearch"), timeout=60, trust_env=False) as client:
        mappings = {"properties": {**fields, "abgeschirmt": {"type": "boolean"}}}
        client.put(f"/{name}", json={"mappings": mappings}).raise_for_status()
        try:
            lines = [
                json.dumps(line)
                for number, target in enumerate(objects)
                for line in ({"index": {"_id": str(number)}}, document_of(target))
            ]
            headers = {"content-type": "application/x-ndjson"}
            bulk = client.post(f"/{name}/_bulk?refresh=true", content="\n".join([*lines, ""]), headers=headers)
            assert bulk.raise_for_status().json()["errors"] is False
            agree()
        finally:
            client.delete(f"/{name}")
    assert permitted > 50, "the generated actors saw next to nothing: the property proves nothing"
