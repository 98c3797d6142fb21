"""The life of an Akte over HTTP: draft, registered, in Bearbeitung, zdA, zdA lifted."""

import asyncio
import itertools

import pytest

from dms.records.v1.akte_events_pb2 import AkteChanged, AkteCreated

pytestmark = pytest.mark.usefixtures("demo")
ENTWURF = {"titel": "Gaststätte Zum Bären", "aktenplaneinheit": "32.20"}
UNKNOWN = "019ac1a2-5f00-7000-8000-000000000000"


@pytest.fixture
async def draft(client):
    return (await client.post("akten", ENTWURF)).json()


@pytest.fixture
async def akte(client, draft):
    return (await client.post(f"akten/{draft['id']}/register")).json()


async def told(rows, kind):
    found = await rows(f"SELECT payload FROM records.outbox WHERE type LIKE '%.{kind}' ORDER BY id")
    return [row.payload for row in found]


async def test_draft_has_no_number_and_is_published_to_nobody(client, rows):
    answer = await client.post("akten", ENTWURF)
    akte = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/akten/{akte['id']}"
    assert answer.headers["etag"] == akte["etag"] == '"1"'
    assert (akte["status"], akte["aktenzeichen"], akte["zda_am"]) == ("entwurf", None, None)
    assert (akte["federfuehrende_oe"], akte["vertraulichkeit"], akte["ebene"]) == ("32", "offen", 1)
    assert await told(rows, "AkteCreated") == []
    assert (await client.get(f"akten/{akte['id']}")).json() == akte
    assert (await client.get("akten", params={"status": "entwurf"})).json()["items"] == [akte]


async def test_registering_gives_the_number_and_tells_everyone(client, draft, rows):
    answer = await client.post(f"akten/{draft['id']}/register", **{"If-Match": draft["etag"]})
    akte = answer.json()
    assert answer.status_code == 200
    assert (akte["status"], akte["aktenzeichen"], akte["etag"]) == ("registriert", "32.20#00001", '"2"')
    [fact] = [AkteCreated.FromString(payload).akte for payload in await told(rows, "AkteCreated")]
    assert (fact.aktenzeichen, fact.version, fact.aktenplaneinheit) == ("32.20#00001", 2, "32.20")
    assert (await client.post(f"akten/{draft['id']}/register")).json()["type"] == "/problems/schriftgut-registriert"


async def test_first_registered_vorgang_takes_the_akte_up(client, akte, rows):
    await client.post("vorgaenge", {"akte_id": akte["id"], "betreff": "Konzession"})
    assert (await client.get(f"akten/{akte['id']}")).json()["status"] == "registriert"
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    await client.post(f"vorgaenge/{vorgang['id']}/register")
    assert (await client.get(f"akten/{akte['id']}")).json()["status"] == "in_bearbeitung"
    [fact] = [AkteChanged.FromString(payload).akte for payload in await told(rows, "AkteChanged")]
    assert (fact.status, fact.version) == ("in_bearbeitung", 3)


async def test_zda_ends_all_writes_until_it_is_lifted_with_a_reason(client, akte, rows):
    path = f"akten/{akte['id']}"
    closed = (await client.post(f"{path}/close")).json()
    assert (closed["status"], closed["zda_am"]) == ("zda", "2026-03-02")
    refused = [
        await client.request("PATCH", path, json={"titel": "Anders"}, headers={"If-Match": "*"}),
        await client.post(f"{path}/close"),
        await client.post("vorgaenge", {"akte_id": akte["id"], "betreff": "Zu spät"}),
        await client.post("akten", {**ENTWURF, "uebergeordnet_id": akte["id"]}),
    ]
    for answer in refused:
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/schriftgut-zda")
    assert (await client.post(f"{path}/reopen", {"grund": " "})).status_code == 422
    opened = (await client.post(f"{path}/reopen", {"grund": "Widerspruch von Frau Muster"})).json()
    assert (opened["status"], opened["zda_am"]) == ("in_bearbeitung", None)
    assert (await client.post(f"{path}/reopen", {"grund": "x"})).json()["type"] == "/problems/schriftgut-nicht-zda"
    # The reason is in the Protokoll, and in no message.
    [value] = await rows(
        "SELECT value FROM records.audit_value JOIN records.audit_entry ON id = entry_id WHERE action = 'akte.reopened'"
    )
    assert "Frau Muster" in value.value
    assert not any(b"Muster" in row.payload for row in await rows("SELECT payload FROM records.outbox"))


async def test_akte_with_open_children_is_not_closed(client, akte):
    vorgang = (await client.post("vorgaenge", {"akte_id": akte["id"], "betreff": "Konzession"})).json()
    teilakte = (await client.post("akten", {**ENTWURF, "uebergeordnet_id": akte["id"]})).json()
    answer = await client.post(f"akten/{akte['id']}/close")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/schriftgut-offen")
    assert "2 Teilakten oder Vorgänge" in answer.json()["detail"]
    for path in (f"vorgaenge/{vorgang['id']}", f"akten/{teilakte['id']}"):
        assert (await client.post(f"{path}/close")).json()["type"] == "/problems/schriftgut-entwurf"
        await client.post(f"{path}/register")
        assert (await client.post(f"{path}/close")).status_code == 200
    assert (await client.post(f"akten/{akte['id']}/close")).status_code == 200
    for path in (f"vorgaenge/{vorgang['id']}", f"akten/{teilakte['id']}"):
        assert (await client.post(f"{path}/reopen", {"grund": "x"})).json()["type"] == "/problems/schriftgut-zda"


async def test_title_is_changed_with_the_current_etag_and_stands_in_the_protokoll(client, akte, rows):
    path, change = f"akten/{akte['id']}", {"json": {"titel": "Gaststätte Zur Öde"}}
    assert (await client.request("PATCH", path, **change)).status_code == 428
    assert (await client.request("PATCH", path, headers={"If-Match": '"1"'}, **change)).status_code == 412
    answer = await client.request("PATCH", path, headers={"If-Match": akte["etag"]}, **change)
    assert (answer.status_code, answer.json()["titel"], answer.json()["etag"]) == (200, "Gaststätte Zur Öde", '"3"')
    assert len(await told(rows, "AkteChanged")) == 1
    nothing = await client.request("PATCH", path, headers={"If-Match": "*"}, json={})
    assert nothing.json()["etag"] == '"3"'
    [value] = await rows(
        "SELECT value FROM records.audit_value JOIN records.audit_entry ON id = entry_id WHERE action = 'akte.changed'"
    )
    assert '"titel": "Gaststätte Zur Öde", "titel_alt"' in value.value


@pytest.mark.parametrize("act", ["register", "close", "reopen"])
async def test_acts_need_the_current_etag(client, draft, act):
    path, body = f"akten/{draft['id']}/{act}", {"json": {"grund": "x"}} if act == "reopen" else {}
    assert (await client.request("POST", path, **body)).status_code == 428
    assert (await client.request("POST", path, headers={"If-Match": '"9"'}, **body)).status_code == 412


async def test_repeated_key_gives_the_first_answer_again(client, rows):
    first = await client.post("akten", ENTWURF, **{"Idempotency-Key": "k-1"})
    again = await client.post("akten", ENTWURF, **{"Idempotency-Key": "k-1"})
    assert again.json() == first.json()
    assert (again.headers["idempotency-replayed"], again.headers["location"]) == ("true", first.headers["location"])
    other = await client.post("akten", {**ENTWURF, "titel": "Andere"}, **{"Idempotency-Key": "k-1"})
    assert (other.status_code, len(await rows("SELECT 1 FROM records.akte"))) == (422, 1)


async def test_many_at_once_never_share_a_number(client):
    drafts = [(await client.post("akten", {**ENTWURF, "titel": f"Akte {n}"})).json() for n in range(12)]
    answers = await asyncio.gather(*(client.post(f"akten/{draft['id']}/register") for draft in drafts))
    numbers = {answer.json()["aktenzeichen"] for answer in answers}
    assert numbers == {f"32.20#{number:05}" for number in range(1, 13)}


async def test_one_draft_registered_by_many_at_once_gets_one_number(client, draft):
    answers = await asyncio.gather(*(client.post(f"akten/{draft['id']}/register") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_registratur_orders_the_akten_of_every_office_but_reads_only_its_own(client):
    draft = (await client.post("akten", ENTWURF, "reg-10")).json()
    path = f"akten/{draft['id']}"
    assert draft["federfuehrende_oe"] == "32"
    for act, body in (("register", None), ("close", None), ("reopen", {"grund": "Versehen"})):
        assert (await client.post(f"{path}/{act}", body, "reg-10")).status_code == 200
    assert (await client.get(path, "reg-10")).status_code == 404
    assert (await client.request("PATCH", path, "reg-10", json={}, headers={"If-Match": "*"})).status_code == 403
    secret = (await client.post("akten", {**ENTWURF, "vertraulichkeit": "vertraulich"}, "leitung-32")).json()
    assert (await client.post(f"akten/{secret['id']}/register", None, "reg-10")).status_code == 404


async def test_an_official_orders_the_akten_of_the_own_office_alone(client, akte):
    foreign = {"titel": "Wohngeld", "aktenplaneinheit": "50.20"}
    assert (await client.post("akten", foreign)).status_code == 403
    assert (await client.post("akten", {**ENTWURF, "organisationseinheit": "50"})).status_code == 403
    assert (await client.post("akten", {**ENTWURF, "vertraulichkeit": "vertraulich"})).status_code == 403
    for who in ("dora-50", "anna-nachbarstadt"):
        hidden = await client.post(f"akten/{akte['id']}/close", None, who)
        unknown = await client.post(f"akten/{UNKNOWN}/close", None, who)
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.json()["detail"] == unknown.json()["detail"]
    for who in ("poststelle", "betrieb", "portal"):
        assert (await client.post("akten", ENTWURF, who)).status_code == 403
    assert (await client.post("akten", ENTWURF, "nobody")).status_code == 401


@pytest.mark.parametrize(
    ("changed", "status", "where"),
    [
        ({"aktenplaneinheit": "99.99"}, 404, "/aktenplaneinheit"),
        ({"organisationseinheit": "99"}, 404, "/organisationseinheit"),
        ({"uebergeordnet_id": UNKNOWN}, 404, "/uebergeordnet_id"),
        ({"aktenplaneinheit": "32.90"}, 409, "/problems/aktenplaneinheit-geschlossen"),
        ({"position": 1}, 409, "/problems/position-unzulaessig"),
        ({"titel": ""}, 422, "/titel"),
        ({"titel": "Zwei\nZeilen"}, 422, "/titel"),
        ({"aktenzeichen": "32.20#00099"}, 422, "/aktenzeichen"),
        ({"vertraulichkeit": "egal"}, 422, "/vertraulichkeit"),
    ],
)
async def test_what_cannot_be_filed_is_refused_and_nothing_is_left(client, rows, changed, status, where):
    answer = await client.post("akten", {**ENTWURF, **changed})
    problem = answer.json()
    assert answer.status_code == status
    assert where in {problem["type"], *(fault["pointer"] for fault in problem.get("errors", []))}
    assert await rows("SELECT 1 FROM records.akte") == []


async def test_teilakten_nest_to_the_last_level_and_not_below(client, akte):
    above, numbers = akte, [akte["aktenzeichen"]]
    for ebene in range(2, 6):
        draft = (await client.post("akten", {**ENTWURF, "uebergeordnet_id": above["id"]})).json()
        above = (await client.post(f"akten/{draft['id']}/register")).json()
        assert (above["ebene"], above["uebergeordnet_id"]) == (ebene, draft["uebergeordnet_id"])
        numbers.append(above["aktenzeichen"])
    assert numbers[1:3] == ["32.20#00001.T01", "32.20#00001.T01.T01"]
    for answer in (
        await client.post("akten", {**ENTWURF, "uebergeordnet_id": above["id"]}),
        await client.post("vorgaenge", {"akte_id": above["id"], "betreff": "Zu tief"}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/gliederung-zu-tief")
    parts = (await client.get("akten", params={"uebergeordnet_id": akte["id"]})).json()["items"]
    assert [part["aktenzeichen"] for part in parts] == ["32.20#00001.T01"]


async def test_teilakte_belongs_to_the_plan_unit_office_and_protection_of_its_akte(client, akte, ingest):
    await ingest.submit(leistung="99102013000000")
    [sammelakte] = (await client.get("akten", params={"aktenplaneinheit": "32.10"})).json()["items"]
    for body in (
        {**ENTWURF, "aktenplaneinheit": "32.10", "uebergeordnet_id": akte["id"]},
        {**ENTWURF, "aktenplaneinheit": "32.10", "uebergeordnet_id": sammelakte["id"]},
    ):
        assert (await client.post("akten", body)).json()["type"] == "/problems/uebergeordnet-unzulaessig"
    strict = {**ENTWURF, "uebergeordnet_id": akte["id"], "vertraulichkeit": "nur_fuer_den_dienstgebrauch"}
    teilakte = (await client.post("akten", strict)).json()
    lax = {**ENTWURF, "uebergeordnet_id": teilakte["id"], "vertraulichkeit": "offen"}
    assert (await client.post("akten", lax)).json()["type"] == "/problems/vertraulichkeit-zu-niedrig"
    inherited = (await client.post("akten", {**ENTWURF, "uebergeordnet_id": teilakte["id"]})).json()
    assert inherited["vertraulichkeit"] == "nur_fuer_den_dienstgebrauch"


async def test_teilakte_of_a_draft_is_registered_after_it(client, draft):
    teilakte = (await client.post("akten", {**ENTWURF, "uebergeordnet_id": draft["id"]})).json()
    register = f"akten/{teilakte['id']}/register"
    assert (await client.post(register)).json()["type"] == "/problems/schriftgut-entwurf"
    await client.post(f"akten/{draft['id']}/register")
    assert (await client.post(register)).json()["aktenzeichen"] == "32.20#00001.T01"


async def test_positions_are_unique_and_never_mixed(client, akte):
    async def teilakte(position=None):
        body = {**ENTWURF, "uebergeordnet_id": akte["id"], **({"position": position} if position else {})}
        return await client.post("akten", body)

    first = (await teilakte(10)).json()
    assert first["position"] == 10
    for position in (10, None):
        assert (await teilakte(position)).json()["type"] == "/problems/position-unzulaessig"
    second = (await teilakte(30)).json()
    move = {"json": {"position": 10}, "headers": {"If-Match": "*"}}
    assert (await client.request("PATCH", f"akten/{second['id']}", **move)).status_code == 409
    move["json"] = {"position": 20}
    assert (await client.request("PATCH", f"akten/{second['id']}", **move)).json()["position"] == 20
    twice = await asyncio.gather(*(teilakte(40) for _ in range(4)))
    assert sorted(answer.status_code for answer in twice) == [201, 409, 409, 409]


async def test_pages_by_number_show_drafts_first_and_nothing_twice(client):
    drafts = [(await client.post("akten", {**ENTWURF, "titel": f"Akte {n}"})).json() for n in range(5)]
    for draft in drafts[:3]:
        await client.post(f"akten/{draft['id']}/register")
    seen, cursor = [], None
    for _ in itertools.count():
        more = {"cursor": cursor} if cursor else {}
        page = (await client.get("akten", params={"sort": "aktenzeichen", "limit": 2, **more})).json()
        seen += [item["aktenzeichen"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [None, None, "32.20#00001", "32.20#00002", "32.20#00003"]
