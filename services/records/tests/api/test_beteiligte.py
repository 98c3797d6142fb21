"""Beteiligte of Akten and Vorgänge over HTTP: who takes part in a matter, and who may know it."""

import asyncio
import json

import pytest

from dms.workflow.v1.aufgabe_events_pb2 import Aufgabe, AufgabeCompleted

PERSON = {
    "rolle": "hinzugezogen",
    "art": "natuerliche_person",
    "vorname": "Erika",
    "nachname": "Mustermann",
    "anschrift": {"strasse": "Beispielstraße", "hausnummer": "1 a", "plz": "52349", "ort": "Düren"},
    "email": "erika@example.org",
}
FIRM = {"rolle": "adressat", "art": "organisation", "name": "Ärzte am Markt"}
APPLICANT = {
    "art": "natuerliche_person",
    "vorname": "Max",
    "nachname": "Beispiel",
    "anschrift": {"strasse": "Musterweg", "plz": "52351", "ort": "Düren", "staat": "DE"},
    "email": "max@example.org",
}
FORM = json.dumps({"betreff": "Anmeldung", "antragsteller": APPLICANT, "formulardaten": {}}).encode()
UNKNOWN = "019ac1a2-5f00-7000-8000-000000000000"
PERSONAL = ("Erika", "Mustermann", "Beispielstraße", "example.org", "Beispiel", "Musterweg")


@pytest.fixture
async def vorgang(client, ingest):
    await ingest.submit()
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    return vorgang


@pytest.fixture
def path(vorgang):
    return f"vorgaenge/{vorgang['id']}/beteiligte"


async def change(client, beteiligter, body, who="anna-32", **headers):
    sent = {"json": body, "headers": headers}
    return await client.request("PUT", f"beteiligte/{beteiligter['id']}", who, **sent)


async def acts_on(client, vorgang):
    found = (await client.get(f"vorgaenge/{vorgang['id']}/protokoll?sort=eintrag")).json()["items"]
    return [
        (item["aktion"], item["metadatum_name"], item["alter_wert"], item["neuer_wert"])
        for item in found
        if "beteiligter" in item["aktion"]
    ]


async def test_beteiligter_is_added_listed_read_changed_and_removed(client, path):
    answer = await client.post(path, PERSON)
    beteiligter = answer.json()
    assert (answer.status_code, answer.headers["ETag"]) == (201, beteiligter["etag"])
    assert answer.headers["Location"] == f"/api/v1/beteiligte/{beteiligter['id']}"
    one = f"beteiligte/{beteiligter['id']}"
    assert {name: beteiligter[name] for name in PERSON} == PERSON
    assert (await client.get(one)).json() == beteiligter
    assert (await client.get(path)).json()["items"] == [beteiligter]
    moved = {**PERSON, "anschrift": {"ort": "Jülich"}, "vorname": None}
    changed = await change(client, beteiligter, moved, **{"If-Match": beteiligter["etag"]})
    anschrift = {"strasse": None, "hausnummer": None, "plz": None, "ort": "Jülich"}
    assert (changed.json()["vorname"], changed.json()["anschrift"]) == (None, anschrift)
    assert (await client.request("DELETE", one, headers={"If-Match": changed.json()["etag"]})).status_code == 204
    assert (await client.get(path)).json()["items"] == []
    assert (await client.get(one)).status_code == 404


async def test_akte_has_beteiligte_of_its_own(client, vorgang, path):
    akte = f"akten/{vorgang['akte_id']}/beteiligte"
    added = (await client.post(akte, FIRM)).json()
    assert (added["akte_id"], added["vorgang_id"], added["name"]) == (vorgang["akte_id"], None, FIRM["name"])
    assert [len((await client.get(of)).json()["items"]) for of in (akte, path)] == [1, 0]
    assert (await client.get(f"beteiligte/{added['id']}")).json() == added


async def test_organisation_may_become_a_person(client, path):
    firm = (await client.post(path, FIRM)).json()
    person = (await change(client, firm, PERSON, **{"If-Match": "*"})).json()
    assert (person["art"], person["nachname"], person["name"]) == ("natuerliche_person", "Mustermann", None)


async def test_change_and_removal_need_the_current_etag(client, path):
    beteiligter = (await client.post(path, PERSON)).json()
    one = f"beteiligte/{beteiligter['id']}"
    newer = (await change(client, beteiligter, {**PERSON, "vorname": "Eva"}, **{"If-Match": "*"})).json()
    for headers, status in (({}, 428), ({"If-Match": beteiligter["etag"]}, 412)):
        assert (await change(client, beteiligter, PERSON, **headers)).status_code == status
        assert (await client.request("DELETE", one, headers=headers)).status_code == status
    assert (await client.get(one)).json() == newer


async def test_list_is_sorted_filtered_and_paged(client, path):
    for body in (PERSON, FIRM, {**PERSON, "nachname": "Zander", "rolle": "adressat"}):
        assert (await client.post(path, body)).status_code == 201

    async def names(**query):
        items = (await client.get(path, params=query)).json()["items"]
        return [item["name"] or item["nachname"] for item in items]

    assert await names() == ["Mustermann", "Ärzte am Markt", "Zander"]
    assert await names(sort="name") == ["Ärzte am Markt", "Mustermann", "Zander"]
    assert await names(rolle="adressat", sort="-name") == ["Zander", "Ärzte am Markt"]
    first = (await client.get(path, params={"sort": "name", "limit": 2})).json()
    assert await names(sort="name", limit=2, cursor=first["next"]) == ["Zander"]


async def test_same_key_adds_one_and_another_body_is_refused(client, vorgang, path):
    key = {"Idempotency-Key": "beteiligter-1"}
    first = await client.post(path, PERSON, **key)
    again = await client.post(path, PERSON, **key)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert (await client.post(path, FIRM, **key)).status_code == 422
    assert (await client.post(f"akten/{vorgang['akte_id']}/beteiligte", PERSON, **key)).status_code == 422
    assert len((await client.get(path)).json()["items"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {**FIRM, "nachname": "Mustermann"},
        {**PERSON, "nachname": None},
        {**PERSON, "art": "tier"},
        {**PERSON, "rolle": "zeuge"},
        {**PERSON, "email": "keine Adresse"},
        {**PERSON, "nachname": " "},
    ],
)
async def test_what_is_no_beteiligter_is_refused(client, path, body):
    answer = await client.post(path, body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/eingabe-ungueltig")


async def test_who_may_not_read_the_vorgang_learns_nothing_of_its_beteiligte(client, vorgang, path):
    beteiligter = (await client.post(path, PERSON)).json()
    one, nobody = f"beteiligte/{beteiligter['id']}", f"beteiligte/{UNKNOWN}"
    for who in ("dora-50", "anna-nachbarstadt"):
        for hidden, unknown in ((one, nobody), (path, f"vorgaenge/{UNKNOWN}/beteiligte")):
            answers = [await client.get(of, who) for of in (hidden, unknown)]
            assert [answer.status_code for answer in answers] == [404, 404]
            facts = [{**answer.json(), "instance": None} for answer in answers]
            assert facts[0] == facts[1]
        assert (await client.post(path, FIRM, who)).status_code == 404
        assert (await change(client, beteiligter, FIRM, who, **{"If-Match": "*"})).status_code == 404
        assert (await client.request("DELETE", one, who, headers={"If-Match": "*"})).status_code == 404
    for who in ("revision", "betrieb", "poststelle"):
        assert [(await client.get(of, who)).status_code for of in (one, path)] == [403, 403]


async def test_vertraulich_vorgang_hides_its_beteiligte_from_the_sachbearbeitung(client, rows, container, path):
    beteiligter = (await client.post(path, PERSON)).json()
    async with container.system_engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE records.vorgang SET rang = 2")
    for of in (path, f"beteiligte/{beteiligter['id']}"):
        assert [(await client.get(of, who)).status_code for who in ("anna-32", "leitung-32")] == [404, 200]


async def test_registratur_reads_and_does_not_write(client, path):
    beteiligter = (await client.post(path, PERSON)).json()
    assert (await client.get(path, "registratur-32")).json()["items"] == [beteiligter]
    assert (await client.post(path, FIRM, "registratur-32")).status_code == 403


async def test_protokoll_names_fields_and_roles_and_nothing_personal(client, rows, vorgang, path):
    beteiligter = (await client.post(path, PERSON)).json()
    moved = {**PERSON, "rolle": "beistand", "nachname": "Beispiel", "email": None}
    await change(client, beteiligter, moved, **{"If-Match": "*"})
    await client.request("DELETE", f"beteiligte/{beteiligter['id']}", headers={"If-Match": "*"})
    his = beteiligter["id"]
    assert await acts_on(client, vorgang) == [
        ("vorgang.beteiligter_added", "beteiligter", None, his),
        ("vorgang.beteiligter_added", "rolle", None, "hinzugezogen"),
        ("vorgang.beteiligter_changed", "beteiligter", None, his),
        ("vorgang.beteiligter_changed", "email", None, None),
        ("vorgang.beteiligter_changed", "nachname", None, None),
        ("vorgang.beteiligter_changed", "rolle", "hinzugezogen", "beistand"),
        ("vorgang.beteiligter_removed", "beteiligter", his, None),
        ("vorgang.beteiligter_removed", "rolle", "beistand", None),
    ]
    kept = " ".join(row.value for row in await rows("SELECT value FROM records.audit_value"))
    assert [word for word in PERSONAL if word in kept] == []


async def test_what_changes_nothing_is_no_act(client, vorgang, path):
    beteiligter = (await client.post(path, PERSON)).json()
    same = await change(client, beteiligter, PERSON, **{"If-Match": "*"})
    assert same.json() == beteiligter
    assert {act for act, *_ in await acts_on(client, vorgang)} == {"vorgang.beteiligter_added"}


async def test_reading_beteiligte_is_written_down_for_revision(client, vorgang, path):
    beteiligter = (await client.post(path, PERSON)).json()
    await client.get(path)
    await client.get(f"beteiligte/{beteiligter['id']}")
    whole = (await client.get(f"vorgaenge/{vorgang['id']}/protokoll", "revision")).json()["items"]
    assert [item["aktion"] for item in whole].count("vorgang.beteiligte_read") == 2
    own = (await client.get(f"vorgaenge/{vorgang['id']}/protokoll")).json()["items"]
    assert "vorgang.beteiligte_read" not in {item["aktion"] for item in own}


async def test_vorgang_that_is_zda_keeps_its_beteiligte(client, ingest, vorgang, path):
    beteiligter = (await client.post(path, PERSON)).json()
    await ingest.say(AufgabeCompleted(aufgabe=Aufgabe(id=UNKNOWN, version=1, vorgang_id=vorgang["id"])))
    assert (await client.post(f"vorgaenge/{vorgang['id']}/close")).status_code == 200
    one, match = f"beteiligte/{beteiligter['id']}", {"headers": {"If-Match": "*"}}
    refused = [
        await client.post(path, FIRM),
        await client.request("PUT", one, json=FIRM, **match),
        await client.request("DELETE", one, **match),
    ]
    assert {answer.json()["type"] for answer in refused} == {"/problems/schriftgut-zda"}
    assert (await client.get(path)).json()["items"] == [beteiligter]


async def test_of_many_who_change_at_once_one_wins(client, path):
    beteiligter = (await client.post(path, PERSON)).json()
    bodies = [{**PERSON, "vorname": f"Erika {number}"} for number in range(6)]
    answers = await asyncio.gather(
        *(change(client, beteiligter, body, **{"If-Match": beteiligter["etag"]}) for body in bodies)
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 5]


async def test_antragsteller_is_the_first_beteiligter(client, ingest, rows):
    await ingest.submit(form=FORM)
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    [found] = (await client.get(f"vorgaenge/{vorgang['id']}/beteiligte")).json()["items"]
    assert (found["rolle"], found["vorname"], found["nachname"]) == ("antragsteller", "Max", "Beispiel")
    assert found["anschrift"] == {"strasse": "Musterweg", "hausnummer": None, "plz": "52351", "ort": "Düren"}
    assert found["email"] == "max@example.org"
    assert [act[:2] for act in await acts_on(client, vorgang)] == [
        ("vorgang.beteiligter_added", name) for name in ("als", "beteiligter", "rolle")
    ]
    sent = " ".join(str(row.payload) for row in await rows("SELECT payload FROM records.outbox"))
    assert "Musterweg" not in sent
    assert "max@example.org" not in sent


async def test_antragsteller_of_the_posteingang_is_kept_until_it_is_filed(client, ingest, rows):
    firm = {"art": "organisation", "name": "Beispiel GmbH"}
    await ingest.submit(leistung="1", form=json.dumps({"antragsteller": firm}).encode())
    [item] = (await client.get("posteingang", "poststelle")).json()["items"]
    assert "Beispiel GmbH" not in json.dumps(item)
    where = {"organisationseinheit": "32", "aktenplaneinheit": "32.20"}
    assert (await client.post(f"posteingang/{item['id']}/assign", where, "poststelle")).status_code == 200
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    [found] = (await client.get(f"vorgaenge/{vorgang['id']}/beteiligte")).json()["items"]
    assert (found["rolle"], found["art"], found["name"]) == ("antragsteller", "organisation", "Beispiel GmbH")
    assert await rows("SELECT 1 FROM records.eingang WHERE antragsteller IS NOT NULL") == []


async def test_database_keeps_a_beteiligter_within_its_mandant(client, container, path):
    beteiligter = (await client.post(path, PERSON)).json()
    async with container.system_engine.connect() as connection:
        moved = f"UPDATE records.beteiligter SET mandant = 'nachbarstadt' WHERE id = '{beteiligter['id']}'"
        await connection.exec_driver_sql(moved)
        with pytest.raises(Exception, match="fk_beteiligter_mandant_vorgang_id"):
            await connection.commit()
