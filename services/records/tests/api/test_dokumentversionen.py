"""Restored, final and compared versions over HTTP."""

import pytest
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.usefixtures("demo")
FIRST, SECOND = b"Erste Fassung", b"%PDF-1.7 Zweite Fassung"


@pytest.fixture
async def dokument(client, ingest):
    await ingest.submit(files=[("Bescheid.txt", "text/plain", FIRST)])
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    return (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"][1]


@pytest.fixture
def act(client, dokument):
    async def run(name, who="anna-32", *, etag="*", **options):
        headers = {**({"If-Match": etag} if etag else {}), **options.pop("headers", {})}
        return await client.request("POST", f"dokumente/{dokument['id']}/{name}", who, headers=headers, **options)

    return run


@pytest.fixture
async def two_versions(act):
    await act("checkout")
    form = {"files": {"datei": ("Bescheid.pdf", SECOND)}, "data": {"kommentar": "berichtigt"}}
    return (await act("checkin", **form)).json()


def code(answer):
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[1]


async def test_restored_version_is_a_new_one_and_none_is_lost(client, act, dokument, two_versions, container):
    answer = await act("versionen/1/restore", etag=two_versions["etag"])
    assert answer.status_code == 200
    assert (answer.json()["version"], answer.json()["sha256"]) == (3, dokument["sha256"])
    versions = (await client.get(f"dokumente/{dokument['id']}/versionen")).json()["items"]
    assert [version["nummer"] for version in versions] == [3, 2, 1]
    assert [version["wiederhergestellt_aus"] for version in versions] == [1, None, None]
    for nummer, content in ((1, FIRST), (2, SECOND), (3, FIRST)):
        assert (await client.get(f"dokumente/{dokument['id']}/versionen/{nummer}/inhalt")).content == content
    keys = [key for key, content in container.store.objects.items() if content == FIRST and "/records/" in key]
    assert len(keys) == 2


async def test_restore_is_refused_where_a_checkin_would_be(client, act, two_versions, dokument):
    assert code(await act("versionen/2/restore")) == (409, "version-aktuell")
    assert code(await act("versionen/3/restore")) == (404, "nicht-gefunden")
    assert code(await act("versionen/1/restore", etag=None)) == (428, "if-match-fehlt")
    assert code(await act("versionen/1/restore", etag='"99"')) == (412, "etag-veraltet")
    assert (await act("versionen/1/restore", "dora-50")).status_code == 404
    assert (await act("versionen/1/restore", "registratur-32")).status_code == 403
    await act("checkout", "bert-32")
    assert code(await act("versionen/1/restore")) == (409, "dokument-ausgecheckt")
    assert (await act("versionen/1/restore", "bert-32")).status_code == 200
    lease = (await client.get(f"dokumente/{dokument['id']}")).json()["bearbeitungssperre"]
    assert lease["inhaber"]["sub"] == "sub-bert"


async def test_repeated_restore_gets_the_first_answer_and_copies_nothing(act, two_versions, container):
    key = {"Idempotency-Key": "k1"}
    first = await act("versionen/1/restore", headers=key)
    objects = len(container.store.objects)
    again = await act("versionen/1/restore", headers=key)
    assert (again.status_code, again.json(), len(container.store.objects)) == (200, first.json(), objects)


async def test_broken_object_is_never_restored(client, act, two_versions, dokument, container):
    for key, content in container.store.objects.items():
        if content == FIRST:
            container.store.objects[key] = b"Erste Fassunk"
    assert code(await act("versionen/1/restore")) == (503, "inhalt-beschaedigt")
    assert (await client.get(f"dokumente/{dokument['id']}")).json()["version"] == 2


async def test_infected_version_is_not_restored(act, two_versions, container):
    async with container.system_engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE records.dokumentversion SET pruefstatus = 'befallen' WHERE nummer = 1")
    assert code(await act("versionen/1/restore")) == (409, "inhalt-gesperrt")


async def test_final_version_stays_final_and_the_next_one_is_a_draft(client, act, two_versions, dokument):
    answer = await act("freeze", etag=two_versions["etag"])
    assert answer.json()["endgueltig"] is True
    frozen = (await client.get(f"dokumente/{dokument['id']}/versionen/2")).json()
    assert (frozen["endgueltig"], frozen["endgueltig_von"]) == (True, {"sub": "sub-anna", "name": "Anna"})
    assert frozen["endgueltig_am"] == "2026-03-02T08:00:00Z"
    again = await act("freeze", etag=two_versions["etag"])
    assert (again.status_code, again.json()) == (200, answer.json())
    assert code(await act("freeze", "bert-32")) == (409, "version-endgueltig")
    await act("checkout")
    assert (await act("checkin", files={"datei": ("neu.txt", b"Dritte")})).json()["endgueltig"] is False
    assert (await client.get(f"dokumente/{dokument['id']}/versionen/2")).json() == frozen


async def test_checked_out_dokument_is_not_made_final(act):
    await act("checkout")
    assert code(await act("freeze")) == (409, "dokument-ausgecheckt")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records.dokumentversion SET sha256 = 'x'",
        "UPDATE records.dokumentversion SET objekt_key = objekt_key || 'x'",
        "UPDATE records.dokumentversion SET kommentar = 'x'",
        "UPDATE records.dokumentversion SET endgueltig_am = NULL WHERE endgueltig_am IS NOT NULL",
        "DELETE FROM records.dokumentversion WHERE endgueltig_am IS NOT NULL",
    ],
)
async def test_database_refuses_to_change_a_version(act, container, statement):
    await act("freeze")
    async with container.system_engine.connect() as connection:
        with pytest.raises(DBAPIError, match="never"):
            await connection.exec_driver_sql(statement)


async def test_comparison_names_what_differs(client, two_versions, dokument):
    answer = (await client.get(f"dokumente/{dokument['id']}/versionen/1/vergleich?mit=2")).json()
    assert (answer["von"]["nummer"], answer["mit"]["nummer"], answer["inhalt_gleich"]) == (1, 2, False)
    differing = {row["feld"]: (row["alt"], row["neu"]) for row in answer["unterschiede"]}
    assert differing["dateiname"] == ("Bescheid.txt", "Bescheid.pdf")
    assert differing["mime_type"] == ("text/plain", "application/pdf")
    assert differing["kommentar"] == (None, "berichtigt")
    assert differing["erstellt_von"] == (None, {"sub": "sub-anna", "name": "Anna"})
    assert {"groesse", "sha256", "sha512"} <= differing.keys()
    assert "pruefstatus" not in differing


async def test_comparison_of_a_restored_version_finds_equal_content(client, act, two_versions, dokument):
    await act("versionen/1/restore")
    path = f"dokumente/{dokument['id']}/versionen/1/vergleich"
    answer = (await client.get(f"{path}?mit=3")).json()
    assert answer["inhalt_gleich"] is True
    assert {row["feld"] for row in answer["unterschiede"]} == {"erstellt_von", "wiederhergestellt_aus"}
    assert (await client.get(f"{path}?mit=4")).status_code == 404
    assert (await client.get(path)).status_code == 422
    assert (await client.get(f"{path}?mit=2", "dora-50")).status_code == 404
