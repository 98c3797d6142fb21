"""Files in parts over HTTP: resumed, checked, used once."""

import asyncio
import base64
import hashlib
from datetime import timedelta

import httpx
import pytest

from dms_records.main import create_app, reap

pytestmark = pytest.mark.usefixtures("demo")
CONTENT = bytes(range(256)) * 40
DIGEST = hashlib.sha256(CONTENT).hexdigest()
ANY = {"If-Match": "*"}


@pytest.fixture
async def dokument(client, ingest):
    await ingest.submit(files=[("Plan.bin", "application/octet-stream", b"alt")])
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    return (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"][1]


@pytest.fixture
def begin(client):
    async def run(content=CONTENT, who="anna-32", **facts):
        body = {"dateiname": "Plan.bin", "groesse": len(content), **facts}
        return (await client.request("POST", "uploads", who, json=body)).json()

    return run


@pytest.fixture
def send(client):
    async def run(upload, offset, content, who="anna-32", **headers):
        path = f"uploads/{upload['id']}"
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/partial-upload", **headers}
        return await client.request("PATCH", path, who, headers=headers, content=content)

    return run


@pytest.fixture
def checkin(client, dokument):
    async def run(upload):
        path = f"dokumente/{dokument['id']}"
        await client.request("POST", f"{path}/checkout", headers=ANY)
        form = {"upload_id": (None, upload["id"])}
        return await client.request("POST", f"{path}/checkin", headers=ANY, files=form)

    return run


def code(answer):
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[1]


async def test_parts_become_one_version(client, begin, send, checkin, dokument, container, clock):
    upload = await begin(sha256=DIGEST)
    assert (upload["offset"], upload["vollstaendig"]) == (0, False)
    for start, end in ((0, 100), (100, 5000), (5000, len(CONTENT))):
        answer = await send(upload, start, CONTENT[start:end])
        assert (answer.status_code, answer.headers["upload-offset"]) == (200, str(end))
    assert (answer.json()["vollstaendig"], answer.json()["sha256"]) == (True, DIGEST)
    assert answer.headers["upload-complete"] == "?1"
    version = (await checkin(upload)).json()
    assert (version["version"], version["sha256"], version["dateiname"]) == (2, DIGEST, "Plan.bin")
    assert (await client.get(f"dokumente/{dokument['id']}/inhalt")).content == CONTENT
    assert (await client.get(f"uploads/{upload['id']}")).status_code == 404
    clock.advance(timedelta(days=400).total_seconds())
    assert await reap(container, timedelta(0)) == 3
    assert (await client.get(f"dokumente/{dokument['id']}/inhalt")).content == CONTENT


async def test_upload_begins_a_dokument_too(client, begin, send, dokument):
    upload = await begin()
    await send(upload, 0, CONTENT)
    path = f"vorgaenge/{dokument['vorgang_id']}/dokumente"
    answer = await client.request("POST", path, files={"upload_id": (None, upload["id"])})
    assert (answer.status_code, answer.json()["titel"], answer.json()["sha256"]) == (201, "Plan.bin", DIGEST)


async def test_upload_goes_on_in_another_process(container, begin, send):
    upload = await begin(sha256=DIGEST)
    await send(upload, 0, CONTENT[:1000])
    other = httpx.AsyncClient(transport=httpx.ASGITransport(create_app(container)), base_url="http://test")
    async with other as http:
        token = {"Authorization": "Bearer anna-32"}
        path = f"/api/v1/uploads/{upload['id']}"
        state = await http.head(path, headers=token)
        assert (state.headers["upload-offset"], state.headers["upload-complete"]) == ("1000", "?0")
        assert (state.headers["upload-length"], state.content) == (str(len(CONTENT)), b"")
        answer = await http.patch(path, headers={**token, "Upload-Offset": "1000"}, content=CONTENT[1000:])
        assert answer.json()["sha256"] == DIGEST


async def test_what_came_before_a_broken_line_stays(client, app, begin, send):
    upload = await begin(sha256=DIGEST)
    app.state.upload_part_bytes = 1000
    messages = [
        {"type": "http.request", "body": CONTENT[:2500], "more_body": True},
        {"type": "http.disconnect"},
    ]
    headers = [(b"authorization", b"Bearer anna-32"), (b"upload-offset", b"0"), (b"host", b"test")]
    scope = {"type": "http", "method": "PATCH", "path": f"/api/v1/uploads/{upload['id']}", "headers": headers}
    scope |= {"query_string": b"", "http_version": "1.1", "scheme": "http", "server": ("test", 80), "root_path": ""}

    async def receive():
        return messages.pop(0)

    async def ignore(_message):
        pass

    await app(scope, receive, ignore)
    assert (await client.get(f"uploads/{upload['id']}")).json()["offset"] == 2500
    assert (await send(upload, 2500, CONTENT[2500:])).json()["sha256"] == DIGEST


async def test_bytes_at_another_place_are_refused_with_the_right_one(begin, send):
    upload = await begin()
    await send(upload, 0, CONTENT[:100])
    for offset in (0, 99, 101):
        answer = await send(upload, offset, b"x")
        assert code(answer) == (409, "upload-offset")
        assert (answer.json()["offset"], answer.headers["upload-offset"]) == (100, "100")


async def test_of_two_who_send_the_same_part_one_wins(client, begin, send):
    upload = await begin()
    answers = await asyncio.gather(*(send(upload, 0, CONTENT[:100]) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await client.get(f"uploads/{upload['id']}")).json()["offset"] == 100


async def test_digest_of_a_part_is_checked_and_the_part_forgotten(client, begin, send):
    upload = await begin()
    right, wrong = (
        f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:" for content in (CONTENT[:100], b"x")
    )
    answer = await send(upload, 0, CONTENT[:100], **{"Content-Digest": wrong})
    assert code(answer) == (422, "eingabe-ungueltig")
    assert (await client.get(f"uploads/{upload['id']}")).json()["offset"] == 0
    assert (await send(upload, 0, CONTENT[:100], **{"Content-Digest": right})).status_code == 200


async def test_whole_with_another_digest_is_thrown_away(client, begin, send):
    upload = await begin(sha256="0" * 64)
    assert code(await send(upload, 0, CONTENT)) == (422, "upload-pruefsumme")
    assert (await client.get(f"uploads/{upload['id']}")).status_code == 404


async def test_more_bytes_than_announced_are_refused(client, begin, send):
    upload = await begin(CONTENT[:10])
    assert code(await send(upload, 0, CONTENT[:11])) == (413, "upload-zu-lang")
    state = (await client.get(f"uploads/{upload['id']}")).json()
    assert (state["offset"], state["vollstaendig"]) == (10, False)
    assert (await send(upload, 10, b"")).json()["vollstaendig"] is True


async def test_unfinished_upload_is_not_used_and_a_used_one_not_again(client, begin, send, checkin, dokument):
    upload = await begin()
    await send(upload, 0, CONTENT[:100])
    answer = await checkin(upload)
    assert (code(answer), answer.json()["offset"]) == ((409, "upload-unvollstaendig"), 100)
    await send(upload, 100, CONTENT[100:])
    assert (await checkin(upload)).status_code == 200
    assert code(await checkin(upload)) == (404, "nicht-gefunden")
    assert (await client.get(f"dokumente/{dokument['id']}")).json()["version"] == 2


async def test_form_names_a_file_or_an_upload(client, begin, send, checkin, dokument):
    assert (await checkin({"id": "kein"})).status_code == 422
    path, both = f"dokumente/{dokument['id']}/checkin", {"datei": ("a", b"a"), "upload_id": (None, str(dokument["id"]))}
    assert code(await client.request("POST", path, headers=ANY, files=both)) == (422, "eingabe-ungueltig")


async def test_upload_is_seen_by_its_owner_alone(client, begin, send):
    upload = await begin()
    for who, status in (("bert-32", 404), ("anna-nachbarstadt", 404), ("poststelle", 403), ("nobody", 401)):
        assert (await client.get(f"uploads/{upload['id']}", who)).status_code == status
        assert (await send(upload, 0, b"x", who)).status_code == status
        assert (await client.request("DELETE", f"uploads/{upload['id']}", who)).status_code == status
    assert (await client.request("DELETE", f"uploads/{upload['id']}")).status_code == 204
    assert (await client.get(f"uploads/{upload['id']}")).status_code == 404


async def test_upload_is_forgotten_when_its_time_is_over(client, begin, send, container, clock, rows):
    upload = await begin()
    await send(upload, 0, CONTENT[:100])
    assert upload["ablauf_am"] == "2026-03-09T08:00:00Z"
    clock.advance(timedelta(days=7).total_seconds())
    assert (await client.get(f"uploads/{upload['id']}")).status_code == 404
    clock.advance(timedelta(days=400).total_seconds())
    assert await reap(container, timedelta(0)) == 1
    assert await rows("SELECT 1 FROM records.upload") == await rows("SELECT 1 FROM records.upload_teil") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"dateiname": "a", "groesse": 0}, 422),
        ({"dateiname": "", "groesse": 1}, 422),
        ({"dateiname": "a", "groesse": "1"}, 422),
        ({"dateiname": "a", "groesse": 1, "sha256": "x"}, 422),
        ({"dateiname": "a", "groesse": 2**31 + 1}, 413),
    ],
)
async def test_bad_beginning_is_refused(client, body, status):
    assert (await client.request("POST", "uploads", json=body)).status_code == status


async def test_bad_part_is_refused(client, begin, send):
    upload = await begin()
    assert (await send(upload, 0, b"x", **{"Content-Type": "text/plain"})).status_code == 415
    assert (await send(upload, "x", b"x")).status_code == 422
    assert (await send(upload, -1, b"x")).status_code == 422
    path = f"uploads/{upload['id']}"
    assert code(await client.request("PATCH", path, content=b"x")) == (400, "anfrage-unlesbar")
