"""Checking out and in over HTTP: one holder, a lease, immutable versions."""

import asyncio
import base64
import hashlib
from datetime import timedelta

import pytest

from dms.records.v1.dokument_events_pb2 import DokumentChanged
from dms_records.main import reap

pytestmark = pytest.mark.usefixtures("demo")
FIRST, SECOND = b"Erste Fassung", b"Zweite Fassung"


@pytest.fixture
async def dokument(client, ingest):
    await ingest.submit(files=[("Bescheid.txt", "text/plain", FIRST)])
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    return (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"][1]


@pytest.fixture
def act(client, dokument):
    async def run(name, who="anna-32", *, etag="*", **options):
        headers = {**({"If-Match": etag} if etag else {}), **options.pop("headers", {})}
        path = f"dokumente/{dokument['id']}/{name}"
        return await client.request("POST", path, who, headers=headers, **options)

    return run


@pytest.fixture
def checkin(act):
    async def run(content=SECOND, who="anna-32", *, name="Bescheid 2.txt", kommentar=None, **options):
        data = {} if kommentar is None else {"data": {"kommentar": kommentar}}
        return await act("checkin", who, files={"datei": (name, content)}, **data, **options)

    return run


def code(answer):
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[1]


async def test_checkout_names_holder_and_end_for_everybody(client, act, dokument, clock):
    answer = await act("checkout", etag=dokument["etag"], json={"dauer_minuten": 30})
    assert answer.status_code == 200
    end = (clock.now() + timedelta(minutes=30)).isoformat().replace("+00:00", "Z")
    lease = {"inhaber": {"sub": "sub-anna", "name": "Anna"}, "seit": "2026-03-02T08:00:00Z", "bis": end}
    seen = (await client.get(f"dokumente/{dokument['id']}", "bert-32")).json()
    assert seen["bearbeitungssperre"] == lease
    assert answer.headers["etag"] == answer.json()["etag"] == seen["etag"] != dokument["etag"]
    listed = (await client.get(f"vorgaenge/{dokument['vorgang_id']}/dokumente")).json()["items"][1]
    assert listed == seen
    assert dokument["bearbeitungssperre"] is None


async def test_second_checkout_is_refused_and_names_the_holder(act):
    first = (await act("checkout")).json()
    answer = await act("checkout", "bert-32", etag=first["etag"])
    assert code(answer) == (409, "dokument-ausgecheckt")
    assert answer.json()["inhaber"] == {"sub": "sub-anna", "name": "Anna"}
    assert answer.json()["bis"] == first["bearbeitungssperre"]["bis"]


async def test_checkout_of_its_own_winner_answers_200_again(act, dokument):
    first = await act("checkout", etag=dokument["etag"])
    again = await act("checkout", etag=dokument["etag"])
    assert (again.status_code, again.json()) == (200, first.json())


async def test_of_many_checkouts_one_wins(act):
    answers = await asyncio.gather(*(act("checkout", who) for who in ("anna-32", "bert-32", "leitung-32")))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


async def test_checkin_makes_an_immutable_version_and_ends_the_checkout(client, act, checkin, dokument, clock):
    etag = (await act("checkout")).json()["etag"]
    clock.advance(60)
    answer = await checkin(etag=etag, kommentar="Anschrift berichtigt")
    assert answer.status_code == 200
    now = answer.json()
    assert (now["version"], now["dateiname"], now["bearbeitungssperre"]) == (2, "Bescheid 2.txt", None)
    assert now["sha256"] == hashlib.sha256(SECOND).hexdigest()
    assert (now["mime_type"], answer.headers["etag"]) == ("text/plain", now["etag"])
    assert (await client.get(f"dokumente/{dokument['id']}")).json() == now
    assert (await client.get(f"dokumente/{dokument['id']}/inhalt")).content == SECOND
    for nummer, content in ((1, FIRST), (2, SECOND)):
        path = f"dokumente/{dokument['id']}/versionen/{nummer}/inhalt"
        assert (await client.get(path, "bert-32")).content == content


async def test_versions_are_listed_and_read_with_author_and_comment(client, act, checkin, dokument):
    await act("checkout")
    await checkin(kommentar="  Anschrift berichtigt ")
    path = f"dokumente/{dokument['id']}/versionen"
    page = (await client.get(path, params={"limit": 1})).json()
    [newest] = page["items"]
    assert newest["nummer"] == 2
    assert newest["erstellt_von"] == {"sub": "sub-anna", "name": "Anna"}
    assert newest["kommentar"] == "Anschrift berichtigt"
    [oldest] = (await client.get(path, params={"limit": 1, "cursor": page["next"]})).json()["items"]
    assert (oldest["nummer"], oldest["erstellt_von"], oldest["kommentar"]) == (1, None, None)
    assert (await client.get(f"{path}/2")).json() == newest
    assert (await client.get(f"{path}/1")).json() == oldest
    assert [row["nummer"] for row in (await client.get(path, params={"sort": "nummer"})).json()["items"]] == [1, 2]
    assert (await client.get(f"{path}/3")).status_code == 404
    for who in ("dora-50", "anna-nachbarstadt"):
        assert (await client.get(path, who)).status_code == 404
        assert (await client.get(f"{path}/1", who)).status_code == 404


async def test_two_checkins_of_one_lease_give_one_version(client, act, checkin, dokument):
    etag = (await act("checkout")).json()["etag"]
    assert (await checkin(etag=etag)).status_code == 200
    assert code(await checkin(b"Dritte", etag=etag)) == (412, "etag-veraltet")
    assert code(await checkin(b"Dritte")) == (409, "dokument-nicht-ausgecheckt")
    versions = (await client.get(f"dokumente/{dokument['id']}/versionen")).json()["items"]
    assert [version["nummer"] for version in versions] == [2, 1]


async def test_of_two_checkins_at_once_one_is_a_version(client, act, checkin, dokument):
    await act("checkout")
    answers = await asyncio.gather(*(checkin(f"Fassung {number}".encode()) for number in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await client.get(f"dokumente/{dokument['id']}")).json()["version"] == 2


async def test_lease_ends_by_itself_and_late_checkin_changes_nothing(client, act, checkin, dokument, clock):
    await act("checkout", json={"dauer_minuten": 10})
    clock.advance(599)
    assert (await client.get(f"dokumente/{dokument['id']}")).json()["bearbeitungssperre"]
    clock.advance(1)
    assert (await client.get(f"dokumente/{dokument['id']}")).json()["bearbeitungssperre"] is None
    for name in ("renew", "release"):
        assert code(await act(name)) == (409, "auschecken-abgelaufen")
    assert code(await checkin()) == (409, "auschecken-abgelaufen")
    assert (await act("checkout", "bert-32")).status_code == 200
    assert code(await checkin()) == (409, "dokument-ausgecheckt")
    assert (await client.get(f"dokumente/{dokument['id']}")).json()["version"] == 1


async def test_lease_that_ends_during_the_upload_is_judged_again(client, act, dokument, container, clock):
    await act("checkout", json={"dauer_minuten": 10})
    put = container.store.put

    async def slow(*given, **options):
        clock.advance(600)
        return await put(*given, **options)

    container.store.put = slow
    answer = await act("checkin", files={"datei": ("Bescheid.txt", SECOND)})
    assert code(answer) == (409, "auschecken-abgelaufen")
    assert (await client.get(f"dokumente/{dokument['id']}")).json()["version"] == 1


async def test_renewed_lease_ends_later_and_never_sooner(act, clock):
    first = (await act("checkout", json={"dauer_minuten": 10})).json()["bearbeitungssperre"]["bis"]
    assert first == "2026-03-02T08:10:00Z"
    clock.advance(300)
    longer = (await act("renew", json={"dauer_minuten": 60})).json()["bearbeitungssperre"]["bis"]
    assert longer == "2026-03-02T09:05:00Z"
    assert (await act("renew", json={"dauer_minuten": 1})).json()["bearbeitungssperre"]["bis"] == longer
    assert (await act("renew")).json()["bearbeitungssperre"]["bis"] == "2026-03-02T16:05:00Z"


async def test_released_checkout_is_free_for_others(act, checkin):
    await act("checkout")
    assert code(await act("release", "bert-32")) == (409, "dokument-ausgecheckt")
    assert (await act("release")).json()["bearbeitungssperre"] is None
    assert code(await act("release")) == (409, "dokument-nicht-ausgecheckt")
    assert code(await checkin()) == (409, "dokument-nicht-ausgecheckt")
    assert (await act("checkout", "bert-32")).status_code == 200


async def test_leitung_breaks_a_checkout_with_a_reason(act, checkin, rows):
    await act("checkout")
    grund = {"grund": "Frau Groß ist erkrankt."}
    assert code(await act("break", "bert-32", json=grund)) == (403, "keine-berechtigung")
    assert code(await act("break", "leitung-32", json={"grund": " "})) == (422, "eingabe-ungueltig")
    assert code(await act("break", "leitung-32", etag=None, json=grund)) == (428, "if-match-fehlt")
    assert (await act("break", "leitung-32", json=grund)).json()["bearbeitungssperre"] is None
    assert code(await checkin()) == (409, "dokument-nicht-ausgecheckt")
    assert code(await act("break", "leitung-32", json=grund)) == (409, "dokument-nicht-ausgecheckt")
    [entry] = await rows(
        "SELECT actor, value FROM records.audit_entry JOIN records.audit_value ON entry_id = id"
        " WHERE action = 'dokument.checkout_broken'"
    )
    assert entry.actor == "sub-leitung"
    assert "erkrankt" in entry.value
    assert "sub-anna" in entry.value


@pytest.mark.parametrize("name", ["checkout", "renew", "release", "checkin"])
async def test_act_without_right_or_sight_is_refused_before_anything_else(client, act, dokument, name):
    assert (await act(name, "nobody", etag=None)).status_code == 401
    for who in ("poststelle", "registratur-32", "betrieb"):
        assert (await act(name, who, etag=None)).status_code == 403
    for who in ("dora-50", "anna-nachbarstadt"):
        assert (await act(name, who, etag=None)).status_code == 404
    assert code(await act(name, etag=None)) == (428, "if-match-fehlt")
    assert code(await act(name, etag='"99"')) == (412, "etag-veraltet")


@pytest.mark.parametrize("body", [{"dauer_minuten": 0}, {"dauer_minuten": 10081}, {"dauer": 5}, {"dauer_minuten": "5"}])
async def test_bad_duration_is_422(act, body):
    assert code(await act("checkout", json=body)) == (422, "eingabe-ungueltig")


async def test_whole_number_may_have_a_fraction_of_zero(act):
    headers = {"Content-Type": "application/json"}
    assert (await act("checkout", content=b'{"dauer_minuten": 5.0}', headers=headers)).status_code == 200


async def test_closed_vorgang_refuses_every_change(act, checkin, dokument, container):
    await act("checkout")
    async with container.system_engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE records.vorgang SET status = 'zda'")
    for answer in (await act("checkout"), await act("renew"), await checkin()):
        assert code(answer) == (409, "schriftgut-zda")
    assert (await act("release")).status_code == 200


async def test_refused_form_leaves_no_version(client, act, dokument):
    await act("checkout")
    good = {"datei": ("a.txt", SECOND)}
    for options, pointer in (
        ({"files": {"datei": ("a.txt", b"")}}, "/datei"),
        ({"files": {"kommentar": (None, "nur Text")}}, "/datei"),
        ({"files": {**good, "andere": (None, "x")}}, "/andere"),
        ({"files": {**good, "kommentar": (None, "x" * 1001)}}, "/kommentar"),
        ({"files": {**good, "kommentar": (None, b"\xff")}}, "/kommentar"),
        ({"files": {**good, "kommentar": (None, "a\x00b")}}, "/kommentar"),
        ({"files": [("datei", ("a.txt", b"a")), ("datei", ("b.txt", b"b"))]}, "/datei"),
    ):
        answer = await act("checkin", **options)
        assert code(answer) == (422, "eingabe-ungueltig")
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert code(await act("checkin", json={"datei": "x"})) == (415, "medientyp-nicht-unterstuetzt")
    bad = {"Content-Type": "multipart/form-data; boundary=x"}
    assert code(await act("checkin", content=b"--x\r\nkaputt", headers=bad)) == (400, "anfrage-unlesbar")
    assert (await client.get(f"dokumente/{dokument['id']}")).json()["version"] == 1


async def test_digest_of_the_request_is_checked(act, checkin):
    await act("checkout")
    wrong = base64.b64encode(hashlib.sha256(b"x").digest()).decode()
    answer = await checkin(headers={"Content-Digest": f"sha-256=:{wrong}:"})
    assert code(answer) == (422, "eingabe-ungueltig")


async def test_repeated_checkin_gets_the_first_answer_and_keeps_no_second_object(act, checkin, container):
    await act("checkout")
    key = {"Idempotency-Key": "k1"}
    first = await checkin(headers=key)
    objects = len(container.store.objects)
    again = await checkin(headers=key)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == first.json()["etag"]
    assert len(container.store.objects) == objects
    assert code(await checkin(b"andere", headers=key)) == (422, "idempotenz-konflikt")


async def test_new_version_is_told_and_in_the_protokoll(act, checkin, dokument, rows):
    await act("checkout")
    await checkin(kommentar="neu")
    [row] = await rows("SELECT payload FROM records.outbox WHERE type LIKE '%.DokumentChanged'")
    fact = DokumentChanged.FromString(row.payload).dokument
    assert fact.id == dokument["id"]
    assert (fact.sha256, fact.dateiname) == (hashlib.sha256(SECOND).hexdigest(), "Bescheid 2.txt")
    entries = await rows(
        "SELECT action FROM records.audit_entry WHERE object_id = CAST(:id AS uuid) ORDER BY id", id=dokument["id"]
    )
    assert [entry.action for entry in entries] == ["dokument.added", "dokument.checked_out", "dokument.checked_in"]


async def test_refused_upload_leaves_only_what_the_reaper_takes(act, checkin, container, clock, rows):
    await act("checkout", json={"dauer_minuten": 1})
    await act("checkin", files={"datei": ("a.txt", b"Waise"), "andere": (None, "x")})
    orphans = {key for key, content in container.store.objects.items() if content == b"Waise"}
    assert len(orphans) <= 1
    assert (await checkin()).status_code == 200
    named = {row.objekt_key for row in await rows("SELECT objekt_key FROM records.dokumentversion")}
    clock.advance(timedelta(days=400).total_seconds())
    assert await reap(container, timedelta(0)) == len(orphans)
    assert {key for key in container.store.objects if "/records/" in key} == named


async def test_large_file_is_refused_by_its_length_alone(act, app):
    await act("checkout")
    app.state.max_dokument_bytes = 10
    answer = await act("checkin", files={"datei": ("a.bin", b"x" * 11)})
    assert code(answer) == (413, "anfrage-zu-gross")
    answer = await act("checkin", content=b"", headers={"Content-Length": "99999999", "Content-Type": "x/y"})
    assert code(answer) == (413, "anfrage-zu-gross")


async def test_form_data_keep_their_reading_version(client, ingest):
    await ingest.submit()
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    [form] = (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"]
    before = (await client.get(f"dokumente/{form['id']}/lesefassung")).text
    headers = {"If-Match": "*"}
    await client.request("POST", f"dokumente/{form['id']}/checkout", headers=headers)
    answer = await client.request(
        "POST", f"dokumente/{form['id']}/checkin", headers=headers, files={"datei": ("x.txt", b"kein JSON")}
    )
    assert answer.status_code == 200
    assert (await client.get(f"dokumente/{form['id']}/lesefassung")).text == before
