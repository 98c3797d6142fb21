"""The life of a Vorgang over HTTP: begun by hand or from an Antrag, zdA, zdA lifted; Teilvorgänge."""

import asyncio
import uuid

import pytest

from dms.records.v1.vorgang_events_pb2 import VorgangChanged, VorgangCreated
from dms.workflow.v1.aufgabe_events_pb2 import Aufgabe, AufgabeClaimed, AufgabeCompleted, AufgabeOpened

pytestmark = pytest.mark.usefixtures("demo")
AKTE = {"titel": "Gaststätte Zum Bären", "aktenplaneinheit": "32.20"}
UNKNOWN = "019ac1a2-5f00-7000-8000-000000000000"


@pytest.fixture
async def akte(client):
    draft = (await client.post("akten", AKTE)).json()
    return (await client.post(f"akten/{draft['id']}/register")).json()


@pytest.fixture
async def draft(client, akte):
    return (await client.post("vorgaenge", {"akte_id": akte["id"], "betreff": "Konzession"})).json()


@pytest.fixture
async def vorgang(client, draft):
    return (await client.post(f"vorgaenge/{draft['id']}/register")).json()


@pytest.fixture
async def filed(client, ingest):
    await ingest.submit()
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    return vorgang


def aufgabe(vorgang, version):
    return Aufgabe(id=str(uuid.uuid5(uuid.NAMESPACE_DNS, vorgang["id"])), version=version, vorgang_id=vorgang["id"])


async def told(rows, message):
    found = await rows(f"SELECT payload FROM records.outbox WHERE type LIKE '%.{message.__name__}' ORDER BY id")
    return [message.FromString(row.payload).vorgang for row in found]


async def test_draft_has_no_number_and_registering_gives_it_one(client, akte, rows):
    answer = await client.post("vorgaenge", {"akte_id": akte["id"], "betreff": "Konzession"})
    draft = answer.json()
    assert (answer.status_code, draft["status"], draft["aktenzeichen"]) == (201, "entwurf", None)
    assert (draft["eingang"], draft["ebene"], draft["federfuehrende_oe"]) == (None, 2, "32")
    assert await told(rows, VorgangCreated) == []
    vorgang = (await client.post(f"vorgaenge/{draft['id']}/register", **{"If-Match": draft["etag"]})).json()
    assert (vorgang["status"], vorgang["aktenzeichen"]) == ("offen", "32.20#00001#0001")
    [fact] = await told(rows, VorgangCreated)
    assert (fact.aktenzeichen, fact.version, fact.antrag_id) == ("32.20#00001#0001", 2, "")
    again = await client.post(f"vorgaenge/{draft['id']}/register")
    assert again.json()["type"] == "/problems/schriftgut-registriert"


async def test_vorgang_of_a_draft_akte_is_registered_after_it(client):
    akte = (await client.post("akten", AKTE)).json()
    draft = (await client.post("vorgaenge", {"akte_id": akte["id"], "betreff": "Konzession"})).json()
    register = f"vorgaenge/{draft['id']}/register"
    assert (await client.post(register)).json()["type"] == "/problems/schriftgut-entwurf"
    await client.post(f"akten/{akte['id']}/register")
    assert (await client.post(register)).status_code == 200


async def test_zda_ends_all_writes_until_it_is_lifted_with_a_reason(client, vorgang, rows):
    path = f"vorgaenge/{vorgang['id']}"
    closed = (await client.post(f"{path}/close")).json()
    assert (closed["status"], closed["zda_am"]) == ("zda", "2026-03-02")
    below = {"akte_id": vorgang["akte_id"], "betreff": "Zu spät", "uebergeordnet_id": vorgang["id"]}
    for answer in (
        await client.request("PATCH", path, json={"betreff": "Anders"}, headers={"If-Match": "*"}),
        await client.post(f"{path}/close"),
        await client.post("vorgaenge", below),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/schriftgut-zda")
    opened = (await client.post(f"{path}/reopen", {"grund": "Widerspruch"})).json()
    assert (opened["status"], opened["zda_am"]) == ("offen", None)
    assert [fact.status for fact in await told(rows, VorgangChanged)] == ["zda", "offen"]


async def test_open_aufgabe_blocks_closing(client, ingest, filed):
    close = f"vorgaenge/{filed['id']}/close"
    # The Aufgabe of an Antrag is on its way from the first moment.
    assert (await client.post(close)).json()["type"] == "/problems/aufgaben-offen"
    await ingest.say(AufgabeOpened(aufgabe=aufgabe(filed, 1)))
    await ingest.say(AufgabeClaimed(aufgabe=aufgabe(filed, 2)))
    assert (await client.post(close)).json()["type"] == "/problems/aufgaben-offen"
    await ingest.say(AufgabeCompleted(aufgabe=aufgabe(filed, 3)))
    assert (await client.get(f"vorgaenge/{filed['id']}")).json()["status"] == "in_bearbeitung"
    closed = await client.post(close)
    assert (closed.status_code, closed.json()["status"]) == (200, "zda")
    # What comes late does not open it again.
    await ingest.say(AufgabeClaimed(aufgabe=aufgabe(filed, 4)))
    assert (await client.get(f"vorgaenge/{filed['id']}")).json()["status"] == "zda"


async def test_sammelakte_that_is_zda_sends_the_antrag_to_the_posteingang(client, ingest):
    await ingest.submit(leistung="99102013000000")
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    await ingest.say(AufgabeCompleted(aufgabe=aufgabe(vorgang, 1)))
    for path in (f"vorgaenge/{vorgang['id']}", f"akten/{vorgang['akte_id']}"):
        assert (await client.post(f"{path}/close")).status_code == 200
    await ingest.submit(leistung="99102013000000")
    [item] = (await client.get("posteingang", "poststelle")).json()["items"]
    assert "ist zu den Akten verfügt" in item["grund"]
    where = {"organisationseinheit": "32", "aktenplaneinheit": "32.10"}
    refused = await client.post(f"posteingang/{item['id']}/assign", where, "poststelle")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/ablage-verweigert")
    await client.post(f"akten/{vorgang['akte_id']}/reopen", {"grund": "Nachzügler"})
    assert (await client.post(f"posteingang/{item['id']}/assign", where, "poststelle")).status_code == 200


async def test_betreff_is_changed_with_the_current_etag(client, vorgang, rows):
    path, change = f"vorgaenge/{vorgang['id']}", {"json": {"betreff": "Konzession und Außengastronomie"}}
    assert (await client.request("PATCH", path, **change)).status_code == 428
    assert (await client.request("PATCH", path, headers={"If-Match": '"1"'}, **change)).status_code == 412
    answer = await client.request("PATCH", path, headers={"If-Match": vorgang["etag"]}, **change)
    assert answer.json()["betreff"] == "Konzession und Außengastronomie"
    assert [fact.betreff for fact in await told(rows, VorgangChanged)] == ["Konzession und Außengastronomie"]


async def test_rights_are_those_of_the_akte(client, akte, vorgang):
    for who in ("dora-50", "anna-nachbarstadt"):
        body = {"akte_id": akte["id"], "betreff": "Fremd"}
        hidden, unknown = [await client.post("vorgaenge", {**body, "akte_id": i}, who) for i in (akte["id"], UNKNOWN)]
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.json()["errors"] == unknown.json()["errors"]
        assert (await client.post(f"vorgaenge/{vorgang['id']}/close", None, who)).status_code == 404
    assert (await client.post("vorgaenge", {"akte_id": akte["id"], "betreff": "x"}, "reg-10")).status_code == 403
    assert (await client.post(f"vorgaenge/{vorgang['id']}/close", None, "reg-10")).status_code == 200


async def test_teilvorgaenge_nest_to_the_last_level_and_block_closing(client, vorgang):
    above, numbers = vorgang, []
    for _ in range(3):
        body = {"akte_id": vorgang["akte_id"], "betreff": "Teil", "uebergeordnet_id": above["id"]}
        draft = (await client.post("vorgaenge", body)).json()
        above = (await client.post(f"vorgaenge/{draft['id']}/register")).json()
        numbers.append(above["aktenzeichen"])
    assert numbers == ["32.20#00001#0001" + ".T01" * depth for depth in (1, 2, 3)]
    too_deep = await client.post("vorgaenge", {**body, "uebergeordnet_id": above["id"]})
    assert (above["ebene"], too_deep.json()["type"]) == (5, "/problems/gliederung-zu-tief")
    answer = await client.post(f"vorgaenge/{vorgang['id']}/close")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/schriftgut-offen")
    parts = (await client.get("vorgaenge", params={"uebergeordnet_id": vorgang["id"]})).json()["items"]
    assert [part["aktenzeichen"] for part in parts] == numbers[:1]


async def test_teilvorgang_lies_in_the_akte_of_its_vorgang(client, vorgang):
    other = (await client.post("akten", AKTE)).json()
    body = {"akte_id": other["id"], "betreff": "Teil", "uebergeordnet_id": vorgang["id"]}
    assert (await client.post("vorgaenge", body)).json()["type"] == "/problems/uebergeordnet-unzulaessig"
    unknown = await client.post("vorgaenge", {**body, "uebergeordnet_id": UNKNOWN})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (404, "/uebergeordnet_id")


async def test_siblings_without_positions_are_as_many_as_one_likes(client, akte):
    for _ in range(3):
        body = {"akte_id": akte["id"], "betreff": "Ohne Position"}
        begun = await client.post("vorgaenge", body)
        assert (begun.status_code, begun.json()["position"]) == (201, None), begun.text


async def test_positions_are_unique_and_never_mixed(client, akte):
    async def begin(**more):
        return await client.post("vorgaenge", {"akte_id": akte["id"], "betreff": "B", **more})

    first = (await begin(position=1)).json()
    assert (await begin()).json()["type"] == "/problems/position-unzulaessig"
    # Those of a Vorgang below are another row of siblings.
    assert (await begin(uebergeordnet_id=first["id"])).status_code == 201
    twice = await asyncio.gather(*(begin(position=2) for _ in range(4)))
    assert sorted(answer.status_code for answer in twice) == [201, 409, 409, 409]


async def test_closing_an_akte_and_filing_in_it_at_once_never_leaves_an_open_vorgang_in_a_closed_akte(client, rows):
    akten = [(await client.post("akten", AKTE)).json() for _ in range(6)]
    for akte in akten:
        await client.post(f"akten/{akte['id']}/register")
    acts = [client.post(f"akten/{akte['id']}/close") for akte in akten]
    acts += [client.post("vorgaenge", {"akte_id": akte["id"], "betreff": "B"}) for akte in akten]
    answers = await asyncio.gather(*acts)
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    wrong = (
        "SELECT 1 FROM records.vorgang v JOIN records.akte a ON a.id = v.akte_id"
        " WHERE a.status = 'zda' AND v.status <> 'zda'"
    )
    assert await rows(wrong) == []
    assert len([answer for answer in answers if answer.status_code == 409]) == len(akten)
