"""Files over HTTP: bytes as they came, ranges, conditions."""

import base64
import hashlib

import pytest

from dms_kit.ports.object_store import BLOCK_SIZE

pytestmark = pytest.mark.usefixtures("demo")
CONTENT = bytes(range(256)) * 9000  # more than two blocks of 1 MiB


@pytest.fixture
async def dokument(client, ingest):
    await ingest.submit(files=[("Nachweis über „ä“.pdf", "application/pdf", CONTENT)])
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    items = (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"]
    return items[1]


async def test_inhalt_is_byte_identical_with_its_headers(client, dokument):
    answer = await client.get(f"dokumente/{dokument['id']}/inhalt")
    digest = hashlib.sha256(CONTENT)
    assert answer.content == CONTENT
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["etag"] == f'"{digest.hexdigest()}"' == f'"{dokument["sha256"]}"'
    assert answer.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (
        "filename*=UTF-8''Nachweis%20%C3%BCber%20%E2%80%9E%C3%A4%E2%80%9C.pdf" in answer.headers["content-disposition"]
    )
    same = await client.get(f"dokumente/{dokument['id']}/versionen/1/inhalt")
    assert same.content == CONTENT
    assert (await client.get(f"dokumente/{dokument['id']}/versionen/2/inhalt")).status_code == 404


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=5-9", 5, 10),
        (f"bytes={BLOCK_SIZE - 3}-{BLOCK_SIZE + 3}", BLOCK_SIZE - 3, BLOCK_SIZE + 4),
        (f"bytes={BLOCK_SIZE}-", BLOCK_SIZE, len(CONTENT)),
        ("bytes=-7", len(CONTENT) - 7, len(CONTENT)),
        (f"bytes=-{len(CONTENT) * 2}", 0, len(CONTENT)),
        (f"bytes=10-{len(CONTENT) * 2}", 10, len(CONTENT)),
        ("bytes=0-1, 4-5", 0, 6),
    ],
)
async def test_range_is_served_as_asked(client, dokument, asked, start, end):
    answer = await client.get(f"dokumente/{dokument['id']}/inhalt", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == CONTENT[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"


@pytest.mark.parametrize("asked", [f"bytes={len(CONTENT)}-", "bytes=-0"])
async def test_range_outside_is_416_with_the_size(client, dokument, asked):
    answer = await client.get(f"dokumente/{dokument['id']}/inhalt", headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(CONTENT)}"
    assert answer.json()["type"] == "/problems/bereich-unerfuellbar"


@pytest.mark.parametrize("asked", ["bytes=", "bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=-"])
async def test_malformed_range_is_ignored(client, dokument, asked):
    answer = await client.get(f"dokumente/{dokument['id']}/inhalt", headers={"Range": asked})
    assert (answer.status_code, len(answer.content)) == (200, len(CONTENT))


async def test_conditions(client, dokument):
    path, etag = f"dokumente/{dokument['id']}/inhalt", f'"{dokument["sha256"]}"'
    assert (await client.get(path, headers={"If-None-Match": etag})).status_code == 304
    assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200
    fresh = await client.get(path, headers={"Range": "bytes=0-0", "If-Range": etag})
    stale = await client.get(path, headers={"Range": "bytes=0-0", "If-Range": '"other"'})
    assert (fresh.status_code, stale.status_code) == (206, 200)


async def test_head_says_all_and_sends_nothing(client, dokument):
    answer = await client.request("HEAD", f"dokumente/{dokument['id']}/inhalt")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(CONTENT))


async def test_range_reads_count_once_in_five_minutes(client, dokument, rows, clock):
    async def entries():
        return len(await rows("SELECT 1 FROM records.audit_entry WHERE action = 'dokument.content_read'"))

    for start in range(3):
        await client.get(f"dokumente/{dokument['id']}/inhalt", headers={"Range": f"bytes={start}-"})
    assert await entries() == 1
    await client.get(f"dokumente/{dokument['id']}/inhalt", "chefin-00", headers={"Range": "bytes=0-"})
    assert await entries() == 2
    clock.advance(301)
    await client.get(f"dokumente/{dokument['id']}/inhalt", headers={"Range": "bytes=0-"})
    await client.get(f"dokumente/{dokument['id']}/inhalt")
    assert await entries() == 4


async def test_befallen_is_never_served(client, dokument, container):
    async with container.system_engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE records.dokumentversion SET pruefstatus = 'befallen'")
    answer = await client.get(f"dokumente/{dokument['id']}/inhalt")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/inhalt-gesperrt")


async def test_other_offices_see_neither_dokument_nor_inhalt(client, dokument):
    for who in ("dora-50", "anna-nachbarstadt"):
        for path in ("", "/inhalt", "/versionen/1/inhalt", "/lesefassung"):
            assert (await client.get(f"dokumente/{dokument['id']}{path}", who)).status_code == 404


@pytest.mark.parametrize("mime_type", ["text/html", "image/svg+xml", "application/xml", "text/xml", "x/y"])
async def test_what_could_run_is_only_saved(client, ingest, mime_type):
    await ingest.submit(files=[("a.bin", mime_type, b"<script>")])
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    items = (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"]
    answer = await client.get(f"dokumente/{items[1]['id']}/inhalt")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == mime_type


async def test_empty_file_is_served_whole_and_has_no_ranges(client, ingest):
    await ingest.submit(files=[("leer.txt", "text/plain", b"")])
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    items = (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"]
    path = f"dokumente/{items[1]['id']}/inhalt"
    assert (await client.get(path)).content == b""
    assert (await client.get(path, headers={"Range": "bytes=0-"})).status_code == 416


async def test_lesefassung_shows_form_data_with_numbers_as_sent(client, ingest, dokument):
    items = (await client.get(f"vorgaenge/{dokument['vorgang_id']}/dokumente")).json()["items"]
    answer = await client.get(f"dokumente/{items[0]['id']}/lesefassung")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Betreff: Anmeldung" in answer.text
    assert "beitrag: 12.50" in answer.text
    assert "gross: 1E+2" in answer.text
    again = await client.get(
        f"dokumente/{items[0]['id']}/lesefassung", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304
    other = await client.get(f"dokumente/{dokument['id']}/lesefassung")
    assert (other.status_code, other.json()["type"]) == (404, "/problems/keine-lesefassung")
