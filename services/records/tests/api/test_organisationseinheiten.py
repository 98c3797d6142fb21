"""Offices are created, changed and closed by the role `aktenplan`, and keep a dated history."""

import asyncio

import pytest

pytestmark = pytest.mark.usefixtures("demo")
NEW = {"schluessel": "57", "name": "Amt für Jugend", "uebergeordnet": "00"}
PLAN = "aktenplan"


async def office(client, schluessel):
    items = (await client.get("organisationseinheiten?limit=200")).json()["items"]
    return next(item for item in items if item["schluessel"] == schluessel)


async def create(client, who=PLAN, body=None, **headers):
    return await client.request("POST", "organisationseinheiten", who, json={**NEW, **(body or {})}, headers=headers)


async def change(client, schluessel, body, **headers):
    path = f"organisationseinheiten/{(await office(client, schluessel))['id']}"
    return await client.request("PATCH", path, PLAN, json=body, headers={"If-Match": "*", **headers})


async def close(client, schluessel, body=None, **headers):
    path = f"organisationseinheiten/{(await office(client, schluessel))['id']}/close"
    headers = {"If-Match": "*", **headers}
    return await client.request("POST", path, PLAN, json=body or {"grund": "Verfügung 3/2026"}, headers=headers)


async def historie(client, schluessel):
    answer = await client.get(f"organisationseinheiten/{(await office(client, schluessel))['id']}/historie")
    return answer.json()["items"]


async def told(rows):
    found = await rows("SELECT aggregateid FROM records.outbox WHERE type LIKE '%OrganisationseinheitChanged'")
    return [row.aggregateid for row in found]


async def test_created_office_is_answered_told_and_in_the_protokoll(client, rows):
    answer = await create(client)
    assert answer.status_code == 201
    created = answer.json()
    assert answer.headers["location"] == f"/api/v1/organisationseinheiten/{created['id']}"
    assert answer.headers["etag"] == created["etag"]
    again = await client.get(f"organisationseinheiten/{created['id']}")
    assert again.json() == created
    assert again.headers["etag"] == created["etag"]
    assert (created["schluessel"], created["uebergeordnet"], created["gueltig_bis"]) == ("57", "00", None)
    assert created["id"] in await told(rows)
    acts = await rows(
        "SELECT 1 FROM records.audit_entry WHERE action = 'organisationseinheit.created' AND actor <> 'system'"
    )
    assert len(acts) == 1


async def test_repeated_creation_gets_the_first_answer_again(client):
    first = await create(client, **{"Idempotency-Key": "k-1"})
    again = await create(client, **{"Idempotency-Key": "k-1"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert (await create(client, body={"name": "X"}, **{"Idempotency-Key": "k-1"})).status_code == 422


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"schluessel": "32"}, 409, "organisationseinheit-vorhanden"),
        ({"uebergeordnet": "99"}, 409, "organisationseinheit-unbekannt"),
        ({"gueltig_von": "1999-01-01"}, 409, "organisationseinheit-geschlossen"),
        ({"schluessel": ""}, 422, "eingabe-ungueltig"),
        ({"schluessel": "5/7"}, 422, "eingabe-ungueltig"),
        ({"name": " "}, 422, "eingabe-ungueltig"),
        ({"gueltig_von": "gestern"}, 422, "eingabe-ungueltig"),
        ({"extra": 1}, 422, "eingabe-ungueltig"),
    ],
)
async def test_bad_office_is_refused_with_a_code(client, body, status, code):
    answer = await create(client, body=body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")
    assert len((await client.get("organisationseinheiten?limit=200")).json()["items"]) == 7


@pytest.mark.parametrize("who", ["anna-32", "chefin-00", "poststelle", "betrieb"])
async def test_only_the_role_aktenplan_changes_the_organisation(client, who):
    assert (await create(client, who)).status_code == 403


async def test_renamed_office_keeps_its_old_name_in_the_history(client, clock, rows):
    before = await office(client, "66")
    clock.advance(86_400 * 3)
    answer = await change(client, "66", {"name": "Amt für Tiefbau und Verkehr"}, **{"If-Match": before["etag"]})
    assert answer.status_code == 200
    now = answer.json()
    assert (now["name"], now["uebergeordnet"]) == ("Amt für Tiefbau und Verkehr", "00")
    assert now["etag"] != before["etag"]
    current, old = await historie(client, "66")
    assert (old["name"], old["gueltig_von"], old["stand"]) == ("Amt für Tiefbau", before["gueltig_von"], 1)
    assert (current["name"], current["gueltig_bis"], current["stand"]) == (now["name"], None, 2)
    assert old["gueltig_bis"] == current["gueltig_von"] > before["gueltig_von"]
    assert (await told(rows)).count(now["id"]) == 2


async def test_moved_office_brings_its_files_under_other_readers(client, ingest, clock):
    await ingest.submit()
    assert len((await client.get("vorgaenge", "leitung-61")).json()["items"]) == 0
    assert (await change(client, "32", {"uebergeordnet": "61"})).status_code == 200
    await asyncio.sleep(1.1)
    assert len((await client.get("vorgaenge", "leitung-61")).json()["items"]) == 1


async def test_history_pages_from_both_ends(client):
    for number in range(3):
        assert (await change(client, "66", {"name": f"Amt {number}"})).status_code == 200
    path = f"organisationseinheiten/{(await office(client, '66'))['id']}/historie"
    for sort, expected in (("-stand", [4, 3, 2, 1]), ("stand", [1, 2, 3, 4])):
        first = (await client.get(path, params={"limit": 2, "sort": sort})).json()
        second = (await client.get(path, params={"limit": 2, "sort": sort, "cursor": first["next"]})).json()
        assert [item["stand"] for item in first["items"] + second["items"]] == expected
        assert second["next"] is None


@pytest.mark.parametrize(
    ("schluessel", "body", "status", "code"),
    [
        ("32", {"uebergeordnet": "32"}, 409, "organisationseinheit-kreis"),
        ("00", {"uebergeordnet": "32"}, 409, "organisationseinheit-kreis"),
        ("32", {"uebergeordnet": "99"}, 409, "organisationseinheit-unbekannt"),
        ("32", {"name": "X", "wirksam_ab": "1999-01-01"}, 409, "zeitraum-ueberschneidet"),
        ("32", {"name": "X", "wirksam_ab": "2999-01-01"}, 422, "eingabe-ungueltig"),
        ("32", {"name": ""}, 422, "eingabe-ungueltig"),
    ],
)
async def test_bad_change_is_refused_with_a_code(client, rows, schluessel, body, status, code):
    answer = await change(client, schluessel, body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")
    assert await rows("SELECT 1 FROM records.organisationseinheit_historie") == []


async def test_change_that_changes_nothing_is_no_new_state(client):
    before = await office(client, "66")
    answer = await change(client, "66", {"name": before["name"]})
    assert answer.json() == before
    assert len(await historie(client, "66")) == 1


async def test_changes_need_the_current_etag_of_a_known_office(client):
    path = f"organisationseinheiten/{(await office(client, '66'))['id']}"
    for method, target, body in (("PATCH", path, {"name": "X"}), ("POST", f"{path}/close", {"grund": "X"})):
        assert (await client.request(method, target, PLAN, json=body)).status_code == 428
        stale = await client.request(method, target, PLAN, json=body, headers={"If-Match": '"9"'})
        assert stale.status_code == 412
        unknown = target.replace(path, "organisationseinheiten/019ac1a2-5f00-7000-8000-000000000000")
        assert (await client.request(method, unknown, PLAN, json=body)).status_code == 404


async def test_office_with_children_or_responsibility_is_not_closed(client):
    for schluessel in ("00", "66"):
        answer = await close(client, schluessel)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/organisationseinheit-belegt")
    assert "Zuständigkeiten" in answer.json()["detail"]


async def test_closed_office_stays_readable_and_takes_nothing_any_more(client):
    await create(client)
    closed = await close(client, "57")
    assert closed.status_code == 200
    assert closed.json()["gueltig_bis"] == closed.json()["gueltig_von"]
    assert (await office(client, "57"))["gueltig_bis"] is not None
    day = closed.json()["gueltig_bis"]
    valid = (await client.get("organisationseinheiten", params={"gueltig_am": day, "limit": 200})).json()["items"]
    assert "57" not in {item["schluessel"] for item in valid}
    again = await close(client, "57")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/organisationseinheit-geschlossen")
    assert (await change(client, "57", {"name": "X"})).status_code == 409
    below = await create(client, body={"schluessel": "58", "uebergeordnet": "57"})
    assert below.json()["type"] == "/problems/organisationseinheit-geschlossen"
    assert (await create(client)).json()["type"] == "/problems/organisationseinheit-vorhanden"


async def test_offices_below_one_are_a_filter(client):
    await create(client, body={"uebergeordnet": "50"})
    below = (await client.get("organisationseinheiten?uebergeordnet=50")).json()["items"]
    assert [item["schluessel"] for item in below] == ["57"]
    assert (await client.get("organisationseinheiten?uebergeordnet=99")).json()["items"] == []


async def test_zustaendigkeiten_are_listed_by_key(client):
    found = (await client.get("zustaendigkeiten", params={"organisationseinheit": "50", "limit": 2})).json()
    assert [item["aktenplaneinheit"] for item in found["items"]] == ["50", "50.10"]
    rest = await client.get("zustaendigkeiten", params={"organisationseinheit": "50", "cursor": found["next"]})
    assert rest.json()["items"][0]["aktenplaneinheit"] == "50.20"
    [one] = (await client.get("zustaendigkeiten?aktenplaneinheit=32.20")).json()["items"]
    assert (one["organisationseinheit"], one["aufnehmend"], one["gueltig_bis"]) == ("32", True, None)
    [state] = (await client.get(f"zustaendigkeiten/{one['id']}/historie")).json()["items"]
    assert (state["organisationseinheit"], state["gueltig_von"]) == ("32", one["gueltig_von"])
    assert (await client.get("zustaendigkeiten/019ac1a2-5f00-7000-8000-000000000000/historie")).status_code == 404
    assert (await client.get("zustaendigkeiten", "betrieb")).status_code == 403
