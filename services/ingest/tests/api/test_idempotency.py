"""A repeated POST gets the first answer again."""

import asyncio
import json

import pytest
from sqlalchemy import text

FILE = ("nachweis.pdf", b"%PDF-1.4 inhalt")


async def count(service, table: str) -> int:
    async with service.container.system_engine.connect() as connection:
        return (await connection.execute(text(f"SELECT count(*) FROM ingest.{table}"))).scalar_one()


async def test_repetition_gets_the_same_answer(service, portal):
    first = await portal.submit(None, FILE, key="k")
    second = await portal.submit(None, FILE, key="k")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["etag"] == first.headers["etag"]
    assert await count(service, "antrag") == 1


async def test_repetition_stores_no_second_object(service, portal):
    await portal.submit(None, FILE, key="k")
    before = await service.stored_keys()
    await portal.submit(None, FILE, key="k")
    assert await service.stored_keys() == before


async def test_order_of_parts_and_boundary_do_not_count(service, portal, antrag_json):
    content = json.dumps(antrag_json())
    antrag = ("antrag", (None, content, "application/json"))
    files = [("anlage", ("a.txt", b"a", "text/plain")), ("anlage", ("b.txt", b"b", "text/x-other"))]
    first = await portal.submit_parts([antrag, *files], key="k")
    second = await portal.submit_parts([*reversed(files), antrag], key="k", headers={"X-Other": "1"})
    assert first.content == second.content


@pytest.mark.parametrize(
    "other",
    [(), (FILE, FILE), (("anders.pdf", FILE[1]),), (("nachweis.pdf", b"anders"),)],
    ids=["missing", "twice", "name", "content"],
)
async def test_other_files_under_the_key_are_refused(service, portal, other):
    await portal.submit(None, FILE, key="k")
    answer = await portal.submit(None, *other, key="k")
    assert answer.status_code == 422, answer.text
    assert answer.json()["type"] == "/problems/idempotenz-konflikt"
    assert await count(service, "antrag") == 1


async def test_other_bytes_of_the_form_data_are_refused(portal, antrag_json):
    content = json.dumps(antrag_json()).encode()
    await portal.submit(content, key="k")
    assert (await portal.submit(content + b" ", key="k")).status_code == 422


async def test_refused_request_leaves_the_key_free(portal):
    assert (await portal.submit(b"{", FILE, key="k")).status_code == 400
    assert (await portal.submit(None, FILE, key="k")).status_code == 201


async def test_key_belongs_to_client_and_mandant(service):
    tokens = ("portal", "portal-2", "portal-nachbarstadt")
    answers = [await service.as_actor(token).submit(None, FILE, key="k") for token in tokens]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["id"] for answer in answers}) == 3


async def test_identical_requests_at_once_are_one_antrag(service, portal):
    answers = await asyncio.gather(*(portal.submit(None, FILE, key="k") for _ in range(64)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert await count(service, "antrag") == 1
    assert await count(service, "outbox") == 1


async def test_key_lives_as_long_as_the_antrag(service, portal):
    await portal.submit(None, FILE, key="k")
    async with service.container.system_engine.connect() as connection:
        forever = await connection.execute(text("SELECT lives_forever FROM ingest.idempotency_key"))
        assert forever.scalar_one() is True
