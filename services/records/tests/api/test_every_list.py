"""Each list of the API, in each order: pages of any size hold each row once, equal keys and umlauts included."""

import json

import pytest
from sqlalchemy import text

from dms_records.api.schemas.reorganisation import ReorganisationAnzahl

pytestmark = pytest.mark.usefixtures("demo")
ANY = {"If-Match": "*"}
TITLES = ["Zoo", "Ärger", "Arger", "Straße", "Strasse", "Ärger"]
# Who reads each list, and with which parameters where it demands some.
LISTS = {
    "akten": ("anna-32", {}),
    "vorgaenge": ("anna-32", {}),
    "akten/{akte_id}/beteiligte": ("anna-32", {}),
    "vorgaenge/{vorgang_id}/beteiligte": ("anna-32", {}),
    "vorgaenge/{vorgang_id}/dokumente": ("anna-32", {}),
    "dokumente": ("anna-32", {"pruefstatus": "befallen"}),
    "dokumente/{dokument_id}/versionen": ("anna-32", {}),
    "papierkorb": ("anna-32", {}),
    "posteingang": ("poststelle", {}),
    "aktenplan/{aktenplaneinheit_id}/historie": ("anna-32", {}),
    "organisationseinheiten": ("anna-32", {}),
    "organisationseinheiten/{organisationseinheit_id}/historie": ("anna-32", {}),
    "zustaendigkeiten": ("anna-32", {}),
    "zustaendigkeiten/{zustaendigkeit_id}/historie": ("anna-32", {}),
    "reorganisationen": ("anna-32", {}),
    "akten/{akte_id}/protokoll": ("anna-32", {}),
    "vorgaenge/{vorgang_id}/protokoll": ("anna-32", {}),
    "dokumente/{dokument_id}/protokoll": ("anna-32", {}),
    "akten/{akte_id}/verweise": ("anna-32", {}),
    "vorgaenge/{vorgang_id}/verweise": ("anna-32", {}),
    "dokumente/{dokument_id}/verweise": ("anna-32", {}),
    "betrieb/records/befunde": ("betrieb", {}),
    "betrieb/records/quarantaene": ("betrieb", {}),
    "betrieb/records/prueflaeufe": ("betrieb", {}),
    "betrieb/records/dead-letters": ("betrieb", {}),
}
ERGEBNIS = json.dumps({"anzahl": dict.fromkeys(ReorganisationAnzahl.model_fields, 0)})
FILLED = """
INSERT INTO records.dokumentversion (mandant, id, dokument_id, nummer, dateiname, mime_type, groesse, sha256, sha512,
    blocks, objekt_key, pruefstatus, erstellt_am)
  SELECT mandant, gen_random_uuid(), dokument_id, nummer + step, dateiname, mime_type, groesse, sha256, sha512,
    blocks, objekt_key || step, pruefstatus, erstellt_am
  FROM records.dokumentversion CROSS JOIN generate_series(1, 5) AS step
  WHERE mandant = 'dueren' AND dokument_id = '{dokument_id}';
UPDATE records.dokumentversion SET pruefstatus = 'befallen', befund = 'Test', geprueft_am = now()
  WHERE mandant = 'dueren' AND nummer = 1;
INSERT INTO records.reorganisation SELECT 'dueren', gen_random_uuid(), '2026-01-01', 'Test', now(), '[]', '{ergebnis}'
  FROM generate_series(1, 5);
INSERT INTO records.zustaendigkeit_historie
  SELECT z.mandant, gen_random_uuid(), z.id, -step, z.organisationseinheit_id, '2020-01-01', '2020-01-01', NULL
  FROM records.zustaendigkeit z CROSS JOIN generate_series(1, 4) AS step
  WHERE z.mandant = 'dueren' AND z.id = '{zustaendigkeit_id}';
INSERT INTO records.quarantaene SELECT 'dueren', 'dueren/records/' || gen_random_uuid(), 1, 'fehlt', 'lesen', now()
  FROM generate_series(1, 5);
INSERT INTO records.prueflauf SELECT 'dueren', gen_random_uuid(), 1, 'stichprobe', 'fertig', 1, now(), now(), now(),
    NULL, 0, 0, 0, 0, 0 FROM generate_series(1, 5);
INSERT INTO records.dead_letter (mandant, topic, key, ce_id, type, headers, payload, reason)
  SELECT 'dueren', 't', 'k', step::text, 't', '{{}}', '', 'Test' FROM generate_series(1, 5) AS step
"""


def lists_of(app):
    """Each list that the description of the API names, with its orders; None where it has but one."""
    found = {}
    for path, operations in app.openapi()["paths"].items():
        parameters = {parameter["name"]: parameter for parameter in operations.get("get", {}).get("parameters", ())}
        if "cursor" in parameters:
            sort = parameters.get("sort")
            found[path.removeprefix("/api/v1/")] = [None] if sort is None else sort["schema"]["enum"]
    return found


@pytest.fixture
async def ids(client, ingest, container):
    """At least five rows for each list, many of them with equal keys; returns what the paths need."""
    found = await _by_hand(client)
    for titel in TITLES:
        await ingest.submit(betreff=titel, leistung="1", files=[(f"{titel}.txt", "text/plain", b"x")])
    units = (await client.get("aktenplan")).json()["items"]
    [unit] = [unit for unit in units if unit["schluessel"] == "32"]
    office = (await client.get("organisationseinheiten")).json()["items"][-1]
    zustaendigkeit = (await client.get("zustaendigkeiten")).json()["items"][0]
    found |= {"aktenplaneinheit_id": unit["id"], "organisationseinheit_id": office["id"]}
    found |= {"zustaendigkeit_id": zustaendigkeit["id"]}
    for name in ("A", "B", "C", "D"):
        changes = {f"aktenplan/{unit['id']}": {"titel": name}, f"organisationseinheiten/{office['id']}": {"name": name}}
        for path, facts in changes.items():
            answer = await client.request("PATCH", path, "aktenplan", json=facts, headers=ANY)
            assert answer.status_code == 200, answer.text
    async with container.system_engine.begin() as connection:
        for statement in FILLED.format(**found, ergebnis=ERGEBNIS).split(";\n"):
            await connection.execute(text(statement))
    return found


async def _by_hand(client):
    akten = []
    for titel in TITLES:
        akte = (await client.post("akten", {"titel": titel, "aktenplaneinheit": "32.20"})).json()
        akten.append(akte)
    for position, titel in enumerate(TITLES, start=1):
        facts = {"akte_id": akte["id"], "betreff": titel, "position": position}
        vorgang = (await client.post("vorgaenge", facts)).json()
    for titel in TITLES[:5]:
        beteiligter = {"rolle": "hinzugezogen", "art": "organisation", "name": titel}
        for place in (f"akten/{akte['id']}", f"vorgaenge/{vorgang['id']}"):
            assert (await client.post(f"{place}/beteiligte", beteiligter)).status_code == 201
        await client.request("PATCH", f"akten/{akte['id']}", json={"titel": titel}, headers=ANY)
        await client.request("PATCH", f"vorgaenge/{vorgang['id']}", json={"betreff": titel}, headers=ANY)
    path = f"vorgaenge/{vorgang['id']}/dokumente"
    drafts = []
    for titel in TITLES * 2:
        files = {"datei": ("a.txt", b"x")}
        drafts.append((await client.request("POST", path, files=files, data={"titel": titel})).json())
    for draft in drafts[6:]:
        await client.request("DELETE", f"dokumente/{draft['id']}", headers=ANY)
    for place in (f"akten/{akte['id']}", f"vorgaenge/{vorgang['id']}", f"dokumente/{drafts[0]['id']}"):
        for other in akten[:5]:
            verweis = {"typ": "bezieht_sich_auf", "ziel": {"art": "akte", "id": other["id"]}}
            assert (await client.post(f"{place}/verweise", verweis)).status_code == 201
    # Each act is a line of the Protokoll.
    for act in ("register", "freeze"):
        await client.post(f"dokumente/{drafts[0]['id']}/{act}")
    return {"akte_id": akte["id"], "vorgang_id": vorgang["id"], "dokument_id": drafts[0]["id"]}


async def walk(client, path, who, **query):
    items, cursor = [], None
    while True:
        answer = await client.get(path, who, params={**query, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, (path, query, answer.text)
        page = answer.json()
        assert len(page["items"]) <= query["limit"]
        items += [str(item) for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return items
        assert len(page["items"]) == query["limit"], "only the last page is short"


def test_every_list_is_walked(app):
    assert set(lists_of(app)) == set(LISTS)


@pytest.mark.timeout(300)
async def test_pages_of_any_size_hold_each_row_once_in_each_order(client, app, ids):
    for path, sorts in lists_of(app).items():
        who, query = LISTS[path]
        for sort in sorts:
            asked = {**query, **({} if sort is None else {"sort": sort})}
            whole = await walk(client, path.format(**ids), who, limit=200, **asked)
            enough = 2 if "protokoll" in path else 5
            assert len(whole) >= enough, path
            assert len(set(whole)) == len(whole), (path, sort)
            for limit in (1, 2, len(whole) - 1, len(whole)):
                assert await walk(client, path.format(**ids), who, limit=limit, **asked) == whole, (path, sort, limit)
            # The fields of one act keep their order, whichever way its list goes.
            if sort is not None and not sort.startswith("-") and "protokoll" not in path:
                backwards = await walk(client, path.format(**ids), who, limit=3, **{**asked, "sort": f"-{sort}"})
                assert backwards == whole[::-1], (path, sort)


async def test_unknown_order_is_refused_with_those_that_are_permitted(client, app, ids):
    for path, sorts in lists_of(app).items():
        if sorts == [None]:
            continue
        who, query = LISTS[path]
        answer = await client.get(path.format(**ids), who, params={**query, "sort": "farbe"})
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/eingabe-ungueltig"), path
        [fault] = answer.json()["errors"]
        assert fault["pointer"] == "/query/sort"
        assert all(f"'{sort}'" in fault["detail"] for sort in sorts), fault
