"""One Akte is handed over: with all in it, to other readers, under its old number."""

import asyncio

import pytest

from dms.records.v1.akte_events_pb2 import AkteChanged
from dms.records.v1.dokument_events_pb2 import DokumentChanged
from dms.records.v1.vorgang_events_pb2 import VorgangChanged

pytestmark = pytest.mark.usefixtures("demo")
TO_61 = {"organisationseinheit": "61", "grund": "Gehört zum Bauantrag"}


@pytest.fixture
async def akte(client, ingest):
    await ingest.submit(files=[("a.txt", "text/plain", b"Inhalt")])
    [akte] = (await client.get("akten", "chefin-00")).json()["items"]
    return akte


async def hand_over(client, akte, who="chefin-00", body=None, **headers):
    headers = {"If-Match": "*", **headers}
    path = f"akten/{akte['id']}/handover"
    return await client.request("POST", path, who, json={**TO_61, **(body or {})}, headers=headers)


async def seen(client, who):
    return [item["id"] for noun in ("akten", "vorgaenge") for item in (await client.get(noun, who)).json()["items"]]


async def test_everything_in_it_is_read_by_the_other_office_alone(client, akte):
    before = (await client.get("vorgaenge", "anna-32")).json()["items"][0]
    answer = await hand_over(client, akte, **{"If-Match": akte["etag"]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["aktenzeichen"] == akte["aktenzeichen"]
    assert answer.headers["etag"] == answer.json()["etag"] != akte["etag"]
    await asyncio.sleep(1.1)
    assert await seen(client, "anna-32") == []
    assert await seen(client, "leitung-61") == [akte["id"], before["id"]]
    after = (await client.get(f"vorgaenge/{before['id']}", "leitung-61")).json()
    assert (after["federfuehrende_oe"], after["aktenzeichen"]) == ("61", before["aktenzeichen"])
    assert after["etag"] != before["etag"]
    [_, dokument] = (await client.get(f"vorgaenge/{before['id']}/dokumente", "leitung-61")).json()["items"]
    assert (await client.get(f"dokumente/{dokument['id']}/inhalt", "leitung-61")).content == b"Inhalt"
    assert (await client.get(f"dokumente/{dokument['id']}", "anna-32")).status_code == 404


async def test_others_hear_of_each_object_at_its_new_version(client, akte, rows):
    [last] = await rows("SELECT max(id) AS id FROM records.outbox")
    await hand_over(client, akte)
    told = await rows("SELECT type, payload FROM records.outbox WHERE id > :last ORDER BY id", last=last.id)
    kinds = {"AkteChanged": AkteChanged, "VorgangChanged": VorgangChanged, "DokumentChanged": DokumentChanged}
    facts = []
    for row in told:
        kind = kinds.get(row.type.rsplit(".", 1)[1])
        if kind is not None:
            facts.append(getattr(kind.FromString(row.payload), kind.DESCRIPTOR.name.lower()[:-7]))
    stored = await rows(
        "SELECT id, version, zustaendigkeit_id FROM records.akte UNION ALL SELECT id, version,"
        " zustaendigkeit_id FROM records.vorgang UNION ALL SELECT id, version, zustaendigkeit_id FROM records.dokument"
    )
    assert {(fact.id, fact.version, fact.schutz.zustaendigkeit_id) for fact in facts} == {
        (str(row.id), row.version, str(row.zustaendigkeit_id)) for row in stored
    }
    assert {fact.version for fact in facts} == {2}


async def test_protokoll_says_who_gave_what_to_whom_and_why(client, akte, rows):
    await hand_over(client, akte)
    [entry] = await rows(
        "SELECT actor, value FROM records.audit_entry JOIN records.audit_value ON entry_id = id"
        " WHERE action = 'akte.handed_over'"
    )
    assert entry.actor == "sub-chefin"
    assert '"organisationseinheit_alt": "32"' in entry.value
    assert "Bauantrag" in entry.value


async def test_done_before_it_changes_nothing(client, akte, rows):
    first = await hand_over(client, akte)
    await asyncio.sleep(1.1)
    again = await hand_over(client, akte)
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(await rows("SELECT 1 FROM records.audit_entry WHERE action = 'akte.handed_over'")) == 1


async def test_only_leitung_and_registratur_of_its_office_hand_it_over(client, akte):
    assert (await hand_over(client, akte, "anna-32")).status_code == 403
    assert (await hand_over(client, akte, "poststelle")).status_code == 403
    assert (await hand_over(client, akte, "leitung-61")).status_code == 404
    assert (await hand_over(client, akte, "registratur-00")).status_code == 200


async def test_it_needs_the_current_etag(client, akte):
    path = f"akten/{akte['id']}/handover"
    assert (await client.request("POST", path, "chefin-00", json=TO_61)).status_code == 428
    assert (await hand_over(client, akte, **{"If-Match": '"9"'})).status_code == 412
    unknown = {"id": "019ac1a2-5f00-7000-8000-000000000000"}
    assert (await hand_over(client, unknown)).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"organisationseinheit": "99"}, 409, "organisationseinheit-unbekannt"),
        ({"grund": " "}, 422, "eingabe-ungueltig"),
        ({"extra": 1}, 422, "eingabe-ungueltig"),
    ],
)
async def test_bad_order_is_refused_with_a_code(client, akte, rows, body, status, code):
    answer = await hand_over(client, akte, body=body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")
    assert {row.version for row in await rows("SELECT version FROM records.akte")} == {1}


async def test_sammelakte_does_not_go_where_there_is_one(client, ingest, rows):
    await ingest.submit(leistung="99102013")
    [akte] = (await client.get("akten", "chefin-00")).json()["items"]
    assert (await hand_over(client, akte)).status_code == 200
    await ingest.submit(leistung="99102013")
    items = (await client.get("akten", "chefin-00")).json()["items"]
    fresh = next(item for item in items if item["id"] != akte["id"])
    answer = await hand_over(client, fresh)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/sammelakte-vorhanden")


async def test_ended_office_gets_nothing(client, akte):
    order = {"grund": "Verfügung", "schritte": [{"art": "merge", "von": ["61"], "nach": "66"}]}
    assert (await client.request("POST", "reorganisationen", "aktenplan", json=order)).status_code == 201
    answer = await hand_over(client, akte)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/organisationseinheit-geschlossen")
