"""Many at the same moment: nothing twice, no number twice, no 5xx."""

import asyncio
import json
import re
import uuid

import httpx
import pytest

from tests.harness.client import GZIP, PORTAL, Origin, an_antrag, multipart
from tests.harness.files import a_pdf, a_word

IDENTICAL, DIFFERENT, CLIENTS = 64, 500, 50


async def post(client: httpx.AsyncClient, origin: Origin, antrag: bytes, files: list, key: str) -> httpx.Response:
    headers = origin.headers(PORTAL, Idempotency_Key=key)
    return await client.post(f"{origin.url}/api/v1/antraege", files=multipart(antrag, files), headers=headers)


def a_client(connections: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=90, headers=GZIP, limits=httpx.Limits(max_connections=connections))


async def test_identical_posts_make_one_antrag_and_one_vorgang(origin: Origin) -> None:
    wort, key = a_word(), str(uuid.uuid4())
    fields = an_antrag(betreff=f"Zwilling {wort}")
    antrag, files = json.dumps(fields).encode(), [a_pdf(f"Beleg {wort}")]
    async with a_client(IDENTICAL) as client:
        answers = await asyncio.gather(*(post(client, origin, antrag, files, key) for _ in range(IDENTICAL)))
    accepted = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in accepted}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in accepted) == 1
    for refused in (answer for answer in answers if answer.status_code == 409):
        assert refused.headers["retry-after"]
    own = origin.items(PORTAL, "antraege", externe_referenz=fields["externe_referenz"])
    assert [item["id"] for item in own] == [accepted[0].json()["id"]]
    origin.wait_for(own[0]["id"], "durchsuchbar", "zugewiesen")
    hits = origin.read("sachbearbeitung-32", "suche", q=wort, typ="vorgang")
    assert hits["anzahl"] == 1


@pytest.mark.timeout(300)
async def test_different_posts_get_different_numbers(origin: Origin) -> None:
    mark = uuid.uuid4().hex
    gate = asyncio.Semaphore(CLIENTS)

    async def submit(client: httpx.AsyncClient, number: int) -> httpx.Response:
        antrag = json.dumps(an_antrag(externe_referenz=f"{mark}-{number}", betreff=f"Nummer {number}")).encode()
        async with gate:
            return await post(client, origin, antrag, [], f"{mark}-{number}")

    async with a_client(CLIENTS) as client:
        answers = await asyncio.gather(*(submit(client, number) for number in range(DIFFERENT)))
    assert {answer.status_code for answer in answers} == {201}
    numbers = {answer.json()["eingangsnummer"] for answer in answers}
    assert len(numbers) == DIFFERENT
    assert all(re.fullmatch(r"E-\d{4}-\d{7}", number) for number in numbers)
    filed = [origin.wait_for(answer.json()["id"], "abgelegt", seconds=120) for answer in answers]
    assert len({antrag["aktenzeichen"] for antrag in filed}) == DIFFERENT
    assert len({antrag["vorgang_id"] for antrag in filed}) == DIFFERENT


def test_a_key_with_another_body_is_refused(origin: Origin) -> None:
    key, antrag = str(uuid.uuid4()), json.dumps(an_antrag()).encode()
    first = origin.submit(antrag, [a_pdf("eins")], key=key)
    again = origin.submit(antrag, [a_pdf("eins")], key=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert origin.submit(antrag, [a_pdf("zwei")], key=key).status_code == 422
    assert origin.submit(antrag + b" ", [a_pdf("eins")], key=key).status_code == 422
    assert origin.submit(antrag, [a_pdf("eins", name="anders.pdf")], key=key).status_code == 422


def test_without_a_key_nothing_is_accepted(origin: Origin) -> None:
    url, parts = f"{origin.url}/api/v1/antraege", multipart(an_antrag(), [])
    assert origin.http.post(url, files=parts, headers=origin.headers(PORTAL)).status_code == 400
