"""POST /api/v1/antraege: every bad input that ingest decides about is a clear problem and leaves nothing."""

import asyncio
import base64
import errno
import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from dms_ingest.main import reap
from dms_kit.core.errors import StorageFullError

A_FILE = ("a.txt", b"inhalt")


def problem(answer, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["type"] == f"/problems/{code}"
    return document


def pointers(answer) -> list[str]:
    return [error["pointer"] for error in problem(answer, 422, "eingabe-ungueltig")["errors"]]


@pytest.fixture(autouse=True)
async def _nothing_is_left(service):
    yield
    async with service.container.system_engine.connect() as connection:
        for table in ("antrag", "anlage", "outbox", "idempotency_key"):
            assert (await connection.execute(text(f"SELECT count(*) FROM ingest.{table}"))).scalar_one() == 0
    service.container.clock.advance(10 * 365 * 24 * 3600)
    await reap(service.container, timedelta(0))
    assert await service.stored_keys() == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"kein json",
        b'{"a": 1} {}',
        b'{"a": 1, "a": 2}',
        b'{"formulardaten": NaN}',
        b'{"formulardaten": 1e999}',
        b'{"betreff": "\\ud800"}',
        b'{"betreff": "\\u0000"}',
        b'{"betreff": "\xed\xa0\x80"}',
        b'{"betreff": "\xff"}',
        b'{"formulardaten": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    ],
)
async def test_broken_json_is_unreadable(portal, content):
    problem(await portal.submit(content, A_FILE), 400, "anfrage-unlesbar")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"leistung": ...}, "/leistung"),
        ({"leistung": "99050012104000"}, "/leistung"),
        ({"leistung": {"schluessel": "abc"}}, "/leistung/schluessel"),
        ({"leistung": {"schluessel": 99050012104000}}, "/leistung/schluessel"),
        ({"region": ...}, "/region"),
        ({"region": "05358"}, "/region"),
        ({"region": "05358000800٣"}, "/region"),
        ({"region": 53580008008}, "/region"),
        ({"betreff": ""}, "/betreff"),
        ({"betreff": "  "}, "/betreff"),
        ({"betreff": "x" * 501}, "/betreff"),
        ({"antragsteller": ...}, "/antragsteller"),
        ({"antragsteller": {}}, "/antragsteller/art"),
        ({"antragsteller": {"art": "verein"}}, "/antragsteller/art"),
        ({"antragsteller": {"art": "natuerliche_person", "vorname": "A"}}, "/antragsteller/nachname"),
        ({"antragsteller": {"art": "organisation"}}, "/antragsteller/name"),
        ({"anlagen": "a.txt"}, "/anlagen"),
        ({"anlagen": [{"dateiname": "a.txt", "sha512": "zz"}]}, "/anlagen/0/sha512"),
        ({"anlagen": []}, "/anlagen"),
        ({"anlagen": [{"dateiname": "a.txt"}, {"dateiname": "b.txt"}]}, "/anlagen/1/dateiname"),
        ({"anlagen": [{"dateiname": "a.txt", "sha512": "0" * 128}]}, "/anlagen/0/sha512"),
    ],
)
async def test_wrong_field_is_pointed_at(portal, antrag_json, changes, pointer):
    assert pointers(await portal.submit(antrag_json(**changes), A_FILE)) == [pointer]


@pytest.mark.parametrize("value", [[], 1, "text", None])
async def test_form_data_that_is_no_object_is_refused(portal, value):
    problem(await portal.submit(json.dumps(value).encode()), 422, "eingabe-ungueltig")


async def test_missing_antrag_is_refused(portal):
    assert pointers(await portal.submit_parts([("anlage", ("a.txt", b"x", "text/plain"))])) == ["/antrag"]


async def test_antrag_twice_is_refused(portal, antrag_json):
    part = ("antrag", (None, json.dumps(antrag_json()), "application/json"))
    assert pointers(await portal.submit_parts([part, part])) == ["/antrag"]


async def test_unknown_part_is_refused(portal, antrag_json):
    parts = [("antrag", (None, json.dumps(antrag_json()))), ("datei", ("a.txt", b"x", "text/plain"))]
    problem(await portal.submit_parts(parts), 422, "eingabe-ungueltig")


async def test_empty_file_is_pointed_at(portal):
    assert pointers(await portal.submit(None, A_FILE, ("leer.txt", b""))) == ["/anlagen/1"]


async def test_file_without_a_name_is_pointed_at(portal, antrag_json):
    parts = [("antrag", (None, json.dumps(antrag_json()))), ("anlage", (None, b"x"))]
    assert pointers(await portal.submit_parts(parts)) == ["/anlagen/0"]


async def test_too_many_files_are_refused(portal):
    answer = await portal.submit(None, *((f"{number}.txt", b"x") for number in range(101)))
    assert "100" in problem(answer, 413, "antrag-zu-gross")["detail"]


async def test_body_that_breaks_off_is_unreadable(portal, antrag_json):
    content = b'--g\r\nContent-Disposition: form-data; name="anlage"; filename="a"\r\n\r\nabgebro'
    headers = {**portal.headers, "Idempotency-Key": "k", "Content-Type": "multipart/form-data; boundary=g"}
    answer = await portal.client.post("/api/v1/antraege", content=content, headers=headers)
    problem(answer, 400, "anfrage-unlesbar")


async def test_json_instead_of_multipart_is_refused(portal, antrag_json):
    headers = {**portal.headers, "Idempotency-Key": "k"}
    answer = await portal.client.post("/api/v1/antraege", json=antrag_json(), headers=headers)
    problem(answer, 415, "medientyp-nicht-unterstuetzt")


async def test_content_coding_is_refused(portal):
    answer = await portal.submit(None, headers={"Content-Encoding": "gzip"})
    problem(answer, 415, "medientyp-nicht-unterstuetzt")


async def test_missing_idempotency_key_is_refused(portal, antrag_json):
    files = {"antrag": (None, json.dumps(antrag_json()))}
    problem(await portal.client.post("/api/v1/antraege", files=files, headers=portal.headers), 400, "anfrage-unlesbar")


async def test_without_token_nothing_is_read(service):
    answer = await service.client.post("/api/v1/antraege", content=b"x")
    problem(answer, 401, "nicht-angemeldet")


async def test_people_may_not_submit(service):
    problem(await service.as_actor("sachbearbeitung-32").submit(None), 403, "keine-berechtigung")


@pytest.mark.parametrize("algorithm", ["sha-256", "sha-512"])
async def test_wrong_digest_of_a_part_is_pointed_at(portal, antrag_json, algorithm):
    digest = base64.b64encode(hashlib.new(algorithm.replace("-", ""), b"anderes").digest()).decode()
    parts = [
        ("antrag", (None, json.dumps(antrag_json()))),
        ("anlage", ("a.txt", b"x", "text/plain", {"Content-Digest": f"{algorithm}=:{digest}:"})),
    ]
    assert pointers(await portal.submit_parts(parts)) == ["/anlagen/0"]


async def test_wrong_digest_of_the_request_is_refused(portal):
    digest = base64.b64encode(bytes(32)).decode()
    answer = await portal.submit(None, headers={"Content-Digest": f"sha-256=:{digest}:"})
    problem(answer, 422, "eingabe-ungueltig")


async def test_unreadable_digest_is_refused(portal):
    problem(await portal.submit(None, headers={"Repr-Digest": "sha-256=oh"}), 400, "anfrage-unlesbar")


@pytest.mark.parametrize("failure", [StorageFullError(), OSError(errno.ENOSPC, "voll")])
async def test_full_store_is_told(service, portal, monkeypatch, failure):
    async def full(*_args, **_options):
        raise failure

    monkeypatch.setattr(service.container.store, "put", full)
    answer = await portal.submit(None, A_FILE)
    problem(answer, 507, "speicher-voll")
    assert answer.headers["retry-after"]


async def test_gone_client_leaves_nothing(service, portal):
    sent = asyncio.Event()

    async def receive():
        if not sent.is_set():
            sent.set()
            start = b'--g\r\nContent-Disposition: form-data; name="anlage"; filename="a"\r\n\r\n'
            return {"type": "http.request", "body": start + bytes(3 << 20), "more_body": True}
        return {"type": "http.disconnect"}

    answers = []

    async def send(message):
        answers.append(message)

    headers = {**portal.headers, "Idempotency-Key": "k", "Content-Type": "multipart/form-data; boundary=g"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/antraege",
        "raw_path": b"/api/v1/antraege",
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    await service.client._transport.app(scope, receive, send)
    assert [message for message in answers if message["type"] == "http.response.start"] == []
