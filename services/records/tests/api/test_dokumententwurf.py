"""Dokumente by hand over HTTP: drafts, numbers, the Papierkorb."""

import asyncio
import hashlib
from datetime import timedelta

import pytest

from dms.records.v1.dokument_events_pb2 import DokumentAdded, DokumentChanged
from dms_records.main import reap, republish_for

pytestmark = pytest.mark.usefixtures("demo")
ANY = {"If-Match": "*"}
CONTENT = b"Vermerk"


@pytest.fixture
async def vorgang(client, ingest):
    await ingest.submit(files=[("Bescheid.txt", "text/plain", b"Bescheid")])
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    return vorgang


@pytest.fixture
def create(client, vorgang):
    async def run(content=CONTENT, who="anna-32", *, name="Vermerk.txt", headers=None, **texts):
        files = {"datei": (name, content)}
        path = f"vorgaenge/{vorgang['id']}/dokumente"
        return await client.request("POST", path, who, files=files, data=texts, headers=headers or {})

    return run


@pytest.fixture
def act(client):
    async def run(dokument, name, who="anna-32", *, method="POST", etag="*", more=None, **options):
        headers = {**({"If-Match": etag} if etag else {}), **(more or {})}
        path = f"dokumente/{dokument['id']}" + (f"/{name}" if name else "")
        return await client.request(method, path, who, headers=headers, **options)

    return run


async def listed(client, vorgang):
    return (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"]


def code(answer):
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[1]


async def test_draft_has_a_place_and_no_number(client, create, vorgang, rows):
    answer = await create(titel="Vermerk vom 2. März", kommentar="Entwurf")
    assert answer.status_code == 201
    draft = answer.json()
    assert answer.headers["location"] == f"/api/v1/dokumente/{draft['id']}"
    assert (draft["titel"], draft["status"], draft["aktenzeichen"]) == ("Vermerk vom 2. März", "entwurf", None)
    assert (draft["art"], draft["version"], draft["mime_type"]) == ("schriftstueck", 1, "text/plain")
    assert (await listed(client, vorgang))[-1] == draft == (await client.get(f"dokumente/{draft['id']}")).json()
    assert (await client.get(f"dokumente/{draft['id']}/inhalt")).content == CONTENT
    version = (await client.get(f"dokumente/{draft['id']}/versionen/1")).json()
    assert (version["kommentar"], version["erstellt_von"]["sub"]) == ("Entwurf", "sub-anna")
    found = await rows("SELECT payload FROM records.outbox WHERE type LIKE '%.DokumentAdded' ORDER BY id")
    fact = DokumentAdded.FromString(found[-1].payload).dokument
    assert (fact.id, fact.aktenzeichen, fact.sha256) == (draft["id"], "", hashlib.sha256(CONTENT).hexdigest())


async def test_title_is_the_name_of_the_file_unless_given(create):
    assert (await create(name="Ünsinn.txt")).json()["titel"] == "Ünsinn.txt"


async def test_registering_gives_the_number_once(client, create, act, vorgang):
    draft = (await create()).json()
    answer = await act(draft, "register", etag=draft["etag"])
    assert answer.json()["aktenzeichen"] == f"{vorgang['aktenzeichen']}#0003"
    assert answer.json()["status"] == "registriert"
    assert code(await act(draft, "register")) == (409, "schriftgut-registriert")
    registered = (await listed(client, vorgang))[0]
    assert code(await act(registered, "register")) == (409, "schriftgut-registriert")


async def test_repeated_registration_gets_the_first_answer_and_its_etag(create, act, rows):
    draft, key = (await create()).json(), {"Idempotency-Key": "k-register"}
    first = await act(draft, "register", etag=draft["etag"], more=key)
    again = await act(draft, "register", etag=draft["etag"], more=key)
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"] == first.json()["etag"]
    other = (await create(b"andere")).json()
    assert code(await act(other, "register", more=key)) == (422, "idempotenz-konflikt")
    assert code(await act(draft, "register", "bert-32", more=key)) == (422, "idempotenz-konflikt")
    assert len(await rows("SELECT 1 FROM records.audit_entry WHERE action = 'dokument.registered'")) == 1


async def test_numbers_of_many_drafts_are_distinct(client, create, act, vorgang):
    drafts = [answer.json() for answer in await asyncio.gather(*(create(f"{n}".encode()) for n in range(8)))]
    await asyncio.gather(*(act(draft, "register") for draft in drafts))
    numbers = [item["aktenzeichen"] for item in await listed(client, vorgang)]
    assert len(set(numbers)) == len(numbers) == 10


async def test_repeated_creation_gets_the_first_answer(client, create, vorgang):
    key = {"Idempotency-Key": "k1"}
    first, again = await create(headers=key), await create(headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["location"] == first.headers["location"]
    assert code(await create(b"andere", headers=key)) == (422, "idempotenz-konflikt")
    assert len(await listed(client, vorgang)) == 3


async def test_creation_is_refused_in_order(client, create, vorgang, container):
    assert (await create(who="nobody")).status_code == 401
    for who in ("poststelle", "registratur-32"):
        assert (await create(who=who)).status_code == 403
    for who in ("dora-50", "anna-nachbarstadt"):
        assert (await create(who=who)).status_code == 404
    unknown = "vorgaenge/019ac1a2-5f00-7000-8000-000000000000/dokumente"
    assert (await client.request("POST", unknown, files={"datei": ("a", b"a")})).status_code == 404
    assert code(await create(b"")) == (422, "eingabe-ungueltig")
    assert code(await create(titel="x" * 501)) == (422, "eingabe-ungueltig")
    async with container.system_engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE records.vorgang SET status = 'zda'")
    assert code(await create()) == (409, "schriftgut-zda")
    assert len(await listed(client, vorgang)) == 2


async def test_deleted_draft_is_nowhere_but_in_the_papierkorb(client, create, act, vorgang, rows):
    draft = (await create()).json()
    assert (await act(draft, "", method="DELETE", etag=draft["etag"])).status_code == 204
    assert len(await listed(client, vorgang)) == 2
    for path in ("", "/inhalt", "/versionen", "/versionen/1", "/versionen/1/inhalt"):
        assert (await client.get(f"dokumente/{draft['id']}{path}")).status_code == 404
    for name in ("checkout", "register", "freeze"):
        assert (await act(draft, name)).status_code == 404
    [item] = (await client.get("papierkorb")).json()["items"]
    assert (item["id"], item["geloescht_am"]) == (draft["id"], "2026-03-02T08:00:00Z")
    assert item["loeschen_am"] == "2026-04-01T08:00:00Z"
    assert (await client.get(f"papierkorb/{draft['id']}")).json() == item
    for who in ("dora-50", "anna-nachbarstadt"):
        assert (await client.get("papierkorb", who)).json()["items"] == []
        assert (await client.get(f"papierkorb/{draft['id']}", who)).status_code == 404
    found = await rows("SELECT payload FROM records.outbox WHERE type LIKE '%.DokumentChanged' ORDER BY id")
    assert DokumentChanged.FromString(found[-1].payload).dokument.geloescht


async def test_recovered_draft_is_as_before(client, create, act, vorgang, rows):
    draft = (await create()).json()
    await act(draft, "", method="DELETE")
    path = f"papierkorb/{draft['id']}/restore"
    assert (await client.request("POST", path)).status_code == 428
    etag = (await client.get(f"papierkorb/{draft['id']}")).headers["etag"]
    answer = (await client.request("POST", path, headers={"If-Match": etag})).json()
    assert {**answer, "etag": ""} == {**draft, "etag": ""}
    assert (await listed(client, vorgang))[-1]["id"] == draft["id"]
    assert (await client.get("papierkorb")).json()["items"] == []
    assert (await client.request("POST", path, headers=ANY)).status_code == 404
    found = await rows("SELECT payload FROM records.outbox WHERE type LIKE '%.DokumentChanged' ORDER BY id")
    assert not DokumentChanged.FromString(found[-1].payload).dokument.geloescht


async def test_draft_is_destroyed_when_its_time_is_over(client, create, act, container, clock, rows):
    kept, gone = (await create(b"bleibt")).json(), (await create(b"geht")).json()
    await act(gone, "", method="DELETE")
    clock.advance(timedelta(days=30).total_seconds() - 1)
    await reap(container, timedelta(0))
    assert len((await client.get("papierkorb")).json()["items"]) == 1
    clock.advance(timedelta(days=400).total_seconds())
    await reap(container, timedelta(0))
    assert (await client.get("papierkorb")).json()["items"] == []
    left = "SELECT 1 FROM records.dokumentversion WHERE dokument_id = CAST(:id AS uuid)"
    assert await rows(left, id=gone["id"]) == []
    assert b"geht" not in container.store.objects.values()
    assert (await client.get(f"dokumente/{kept['id']}/inhalt")).content == b"bleibt"
    entries = await rows(
        "SELECT action, actor FROM records.audit_entry WHERE object_id = CAST(:id AS uuid) ORDER BY id", id=gone["id"]
    )
    assert [row.action for row in entries] == ["dokument.created", "dokument.discarded", "dokument.destroyed"]
    assert entries[-1].actor == "system"


async def test_registered_or_final_dokument_is_never_deleted(client, create, act, vorgang):
    registered = (await listed(client, vorgang))[1]
    assert code(await act(registered, "", method="DELETE")) == (409, "dokument-registriert")
    final = (await create()).json()
    await act(final, "freeze")
    assert code(await act(final, "", method="DELETE")) == (409, "dokument-endgueltig")
    held = (await create()).json()
    await act(held, "checkout", "bert-32")
    assert code(await act(held, "", method="DELETE")) == (409, "dokument-ausgecheckt")
    assert (await client.get("papierkorb")).json()["items"] == []


@pytest.mark.parametrize(("method", "name"), [("POST", "register"), ("POST", "freeze"), ("DELETE", "")])
async def test_act_is_refused_in_order(create, act, method, name, container):
    draft = (await create()).json()
    assert (await act(draft, name, "nobody", method=method, etag=None)).status_code == 401
    assert (await act(draft, name, "registratur-32", method=method, etag=None)).status_code == 403
    assert (await act(draft, name, "dora-50", method=method, etag=None)).status_code == 404
    assert code(await act(draft, name, method=method, etag=None)) == (428, "if-match-fehlt")
    assert code(await act(draft, name, method=method, etag='"99"')) == (412, "etag-veraltet")
    async with container.system_engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE records.vorgang SET status = 'zda'")
    assert code(await act(draft, name, method=method)) == (409, "schriftgut-zda")


async def test_deleted_drafts_are_not_published_again(container, create, act, rows):
    gone, kept = (await create()).json(), (await create()).json()
    await act(gone, "", method="DELETE")
    await republish_for(container, "search")
    found = await rows("SELECT aggregateid FROM records.outbox WHERE headers ->> 'dms-republish' = 'search'")
    published = {row.aggregateid for row in found}
    assert kept["id"] in published
    assert gone["id"] not in published
