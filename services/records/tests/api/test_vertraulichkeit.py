"""The Vertraulichkeit of an Akte or a Vorgang is changed: who may not read it any more loses all of it at once."""

import pytest

from dms.records.v1.akte_events_pb2 import AkteChanged
from dms.records.v1.dokument_events_pb2 import DokumentChanged
from dms.records.v1.vorgang_events_pb2 import VorgangChanged

pytestmark = pytest.mark.usefixtures("demo")
ANY = {"If-Match": "*"}
OFFEN, DIENST, VERTRAULICH = "offen", "nur_fuer_den_dienstgebrauch", "vertraulich"
RANGE = "SELECT id, version, rang FROM records.{} WHERE mandant = 'dueren'"


@pytest.fixture
async def filed(client, ingest):
    """An Akte with a Vorgang and its two Dokumente, read by anna of the office."""
    await ingest.submit(files=[("beleg.pdf", "application/pdf", b"x")])
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    [*_, dokument] = (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"]
    ids = {"akten": vorgang["akte_id"], "vorgaenge": vorgang["id"], "dokumente": dokument["id"]}
    return {noun: f"{noun}/{one}" for noun, one in ids.items()}


async def patch(client, path, who="leitung-32", headers=ANY, **facts):
    return await client.request("PATCH", path, who, json=facts, headers=headers)


async def ranks(rows):
    found = {}
    for table in ("akte", "vorgang", "dokument"):
        found[table] = {row.rang for row in await rows(RANGE.format(table))}
    return found


async def test_what_is_raised_is_gone_for_who_may_not_read_it(client, filed):
    answer = await patch(client, filed["akten"], vertraulichkeit=VERTRAULICH)
    assert (answer.status_code, answer.json()["vertraulichkeit"]) == (200, VERTRAULICH)
    assert answer.headers["etag"] == answer.json()["etag"] == '"2"'
    inside = ["/dokumente", "/beteiligte", "/verweise", "/protokoll"]
    paths = [*filed.values(), f"{filed['dokumente']}/inhalt", f"{filed['dokumente']}/versionen"]
    for path in (*paths, *(filed["vorgaenge"] + one for one in inside)):
        assert (await client.get(path)).status_code == 404, path
        assert (await client.get(path, "leitung-32")).status_code == 200, path
    for listed in ("akten", "vorgaenge", "aktenbestandsverzeichnis"):
        assert (await client.get(listed)).json()["items"] == [], listed
        assert len((await client.get(listed, "leitung-32")).json()["items"]) == 1, listed
    assert (await patch(client, filed["akten"], "anna-32", titel="x")).status_code == 404


async def test_all_that_lies_in_it_is_raised_and_told_at_its_new_version(client, filed, rows):
    [last] = await rows("SELECT max(id) AS id FROM records.outbox")
    await patch(client, filed["akten"], vertraulichkeit=VERTRAULICH)
    kinds = {"AkteChanged": AkteChanged, "VorgangChanged": VorgangChanged, "DokumentChanged": DokumentChanged}
    facts = []
    for row in await rows("SELECT type, payload FROM records.outbox WHERE id > :last ORDER BY id", last=last.id):
        kind = kinds[row.type.rsplit(".", 1)[1]]
        facts.append(getattr(kind.FromString(row.payload), kind.DESCRIPTOR.name.lower()[:-7]))
    stored = [row for table in ("akte", "vorgang", "dokument") for row in await rows(RANGE.format(table))]
    assert len(stored) == 4
    assert {(fact.id, fact.version, fact.schutz.rang) for fact in facts} == {
        (str(row.id), row.version, row.rang) for row in stored
    }
    assert {(row.version, row.rang) for row in stored} == {(2, 2)}


async def test_a_vorgang_is_raised_alone_with_its_dokumente(client, filed, rows):
    answer = await patch(client, filed["vorgaenge"], vertraulichkeit=VERTRAULICH)
    assert (answer.status_code, answer.json()["vertraulichkeit"]) == (200, VERTRAULICH)
    assert await ranks(rows) == {"akte": {0}, "vorgang": {2}, "dokument": {2}}
    assert len((await client.get("akten")).json()["items"]) == 1
    assert (await client.get("vorgaenge")).json()["items"] == []
    akte = (await client.get(f"{filed['akten']}?expand=vorgaenge,dokumente")).json()
    assert akte["vorgaenge"]["items"] == []
    assert (await client.get(filed["dokumente"])).status_code == 404


async def test_what_is_stricter_already_stays_as_it_is(client, filed, rows):
    await patch(client, filed["vorgaenge"], vertraulichkeit=VERTRAULICH)
    answer = await patch(client, filed["akten"], "anna-32", vertraulichkeit=DIENST)
    assert answer.status_code == 200, answer.text
    assert await ranks(rows) == {"akte": {1}, "vorgang": {2}, "dokument": {2}}
    assert {row.version for row in await rows(RANGE.format("vorgang"))} == {2}


async def test_lowered_it_leaves_what_lies_in_it_and_never_falls_below_what_it_lies_in(client, filed, rows):
    await patch(client, filed["akten"], vertraulichkeit=VERTRAULICH)
    too_low = await patch(client, filed["vorgaenge"], vertraulichkeit=DIENST)
    assert (too_low.status_code, too_low.json()["type"]) == (409, "/problems/vertraulichkeit-zu-niedrig")
    assert (await patch(client, filed["akten"], vertraulichkeit=OFFEN)).status_code == 200
    assert await ranks(rows) == {"akte": {0}, "vorgang": {2}, "dokument": {2}}
    assert (await patch(client, filed["vorgaenge"], vertraulichkeit=OFFEN)).status_code == 200
    assert len((await client.get("vorgaenge")).json()["items"]) == 1


async def test_the_unit_of_the_plan_is_what_an_akte_lies_in(client, filed, rows):
    await patch(client, filed["akten"], vertraulichkeit=VERTRAULICH)
    [einheit] = await rows("SELECT id FROM records.aktenplaneinheit WHERE mandant = 'dueren' AND schluessel = '32.20'")
    facts = {"vertraulichkeit": DIENST}
    answer = await client.request("PATCH", f"aktenplan/{einheit.id}", "aktenplan", json=facts, headers=ANY)
    assert answer.status_code == 200, answer.text
    assert (await patch(client, filed["akten"], vertraulichkeit=OFFEN)).status_code == 409
    assert (await patch(client, filed["akten"], vertraulichkeit=DIENST)).status_code == 200


async def test_nobody_raises_beyond_his_own_reach(client, filed, rows):
    for who, wanted in (("anna-32", VERTRAULICH), ("leitung-32", "geheim")):
        answer = await patch(client, filed["akten"], who, vertraulichkeit=wanted)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/keine-berechtigung")
    assert (await patch(client, filed["akten"], "registratur-32", vertraulichkeit=DIENST)).status_code == 403
    assert (await patch(client, filed["akten"], "dora-50", vertraulichkeit=DIENST)).status_code == 404
    assert await ranks(rows) == {"akte": {0}, "vorgang": {0}, "dokument": {0}}


async def test_it_needs_the_current_etag_and_a_known_level(client, filed):
    for noun in ("akten", "vorgaenge"):
        assert (await patch(client, filed[noun], headers={}, vertraulichkeit=DIENST)).status_code == 428
        stale = await patch(client, filed[noun], headers={"If-Match": '"9"'}, vertraulichkeit=DIENST)
        assert stale.status_code == 412
        assert (await patch(client, filed[noun], vertraulichkeit="geheimnisvoll")).status_code == 422
        same = await patch(client, filed[noun], vertraulichkeit=OFFEN)
        assert (same.status_code, same.json()["etag"]) == (200, '"1"')


async def test_what_is_zda_keeps_its_level(client, rows):
    body = {"titel": "Kiosk", "aktenplaneinheit": "32.20"}
    akte = (await client.post("akten", body, "registratur-32")).json()
    for act in ("register", "close"):
        assert (await client.post(f"akten/{akte['id']}/{act}", None, "registratur-32")).status_code == 200
    answer = await patch(client, f"akten/{akte['id']}", vertraulichkeit=VERTRAULICH)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/schriftgut-zda")


async def test_each_object_has_the_change_in_its_protokoll(client, filed):
    await patch(client, filed["akten"], vertraulichkeit=VERTRAULICH)
    for path in filed.values():
        newest = (await client.get(f"{path}/protokoll", "leitung-32")).json()["items"][0]
        assert (newest["aktion"].partition(".")[2], newest["metadatum_name"]) == ("changed", "vertraulichkeit"), path
        assert (newest["alter_wert"], newest["neuer_wert"]) == (OFFEN, VERTRAULICH)
        anlass = None if path == filed["akten"] else f"Akte {filed['akten'].partition('/')[2]}"
        assert newest["bemerkung"] == anlass


async def test_drafts_are_raised_and_told_to_nobody(client, rows):
    akte = (await client.post("akten", {"titel": "Kiosk", "aktenplaneinheit": "32.20"}, "leitung-32")).json()
    vorgang = (await client.post("vorgaenge", {"akte_id": akte["id"], "betreff": "Antrag"})).json()
    part = {"titel": "Teil", "aktenplaneinheit": "32.20", "uebergeordnet_id": akte["id"]}
    part = (await client.post("akten", part, "leitung-32")).json()
    answer = await patch(client, f"akten/{akte['id']}", vertraulichkeit=VERTRAULICH)
    assert answer.status_code == 200, answer.text
    assert await rows("SELECT 1 FROM records.outbox WHERE aggregateid IN (:akte)", akte=akte["id"]) == []
    for path in (f"akten/{part['id']}", f"vorgaenge/{vorgang['id']}"):
        assert (await client.get(path)).status_code == 404
        assert (await client.get(path, "leitung-32")).json()["vertraulichkeit"] == VERTRAULICH
    answer = await patch(client, f"akten/{part['id']}", vertraulichkeit=DIENST)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/vertraulichkeit-zu-niedrig")
