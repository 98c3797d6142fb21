"""Verweise between Akten, Vorgänge and Dokumente over HTTP: read from both ends, by who may read both."""

import asyncio
import json
from uuid import UUID

import pytest

from dms.workflow.v1.aufgabe_events_pb2 import Aufgabe, AufgabeCompleted
from dms_kit.core.actor import Actor, Membership
from dms_records.domain.schriftgut import SchriftgutBezug
from dms_records.domain.verweis import Verweis, VerweisExistsError
from dms_records.use_cases.reap_papierkorb import reap_papierkorb

UNKNOWN = "019ac1a2-5f00-7000-8000-000000000000"
ANNA = Actor(mandant="dueren", sub="sub-anna", memberships=frozenset({Membership("32", "sachbearbeitung")}))
MATCH = {"headers": {"If-Match": "*"}}


@pytest.fixture
async def vorgaenge(client, ingest):
    """Two Vorgänge of office 32, each in an Akte of its own, the newest last."""
    for betreff in ("Erste Anmeldung", "Zweite Anmeldung"):
        await ingest.submit(betreff=betreff)
    return (await client.get("vorgaenge?sort=aktenzeichen")).json()["items"]


@pytest.fixture
async def hidden(client, ingest):
    """A Vorgang of office 61, which the Leitung of all offices may read and office 32 may not."""
    await ingest.submit(leistung="99012000000000", betreff="Geheimer Bauantrag")
    [vorgang] = (await client.get("vorgaenge", "leitung-61")).json()["items"]
    return vorgang


def to(vorgang, typ="bezieht_sich_auf"):
    return {"typ": typ, "ziel": {"art": "vorgang", "id": vorgang["id"]}}


async def add(client, vorgang, body, who="anna-32", **headers):
    return await client.post(f"vorgaenge/{vorgang['id']}/verweise", body, who, **headers)


async def listed(client, vorgang, who="anna-32", **query):
    answer = await client.get(f"vorgaenge/{vorgang['id']}/verweise", who, params=query)
    assert answer.status_code == 200
    return answer.json()["items"]


async def documents_of(client, vorgang):
    return (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"]


async def test_verweis_is_read_from_both_ends(client, vorgaenge):
    first, second = vorgaenge
    answer = await add(client, first, to(second, "ersetzt"))
    verweis = answer.json()
    assert (answer.status_code, answer.headers["ETag"]) == (201, verweis["etag"])
    assert answer.headers["Location"] == f"/api/v1/verweise/{verweis['id']}"
    ends = [
        {"art": "vorgang", "id": one["id"], "titel": one["betreff"], "aktenzeichen": one["aktenzeichen"]}
        for one in vorgaenge
    ]
    assert (verweis["typ"], verweis["quelle"], verweis["ziel"]) == ("ersetzt", *ends)
    assert await listed(client, first) == await listed(client, second) == [verweis]
    assert (await client.get(f"verweise/{verweis['id']}")).json() == verweis
    for vorgang, richtung, found in (
        (first, "ausgehend", [verweis]),
        (first, "eingehend", []),
        (second, "ausgehend", []),
        (second, "eingehend", [verweis]),
    ):
        assert await listed(client, vorgang, richtung=richtung) == found


async def test_every_kind_of_object_refers_to_every_other(client, vorgaenge):
    first, second = vorgaenge
    [mine], [other] = [await documents_of(client, vorgang) for vorgang in vorgaenge]
    sources = [("akten", first["akte_id"]), ("vorgaenge", first["id"]), ("dokumente", mine["id"])]
    targets = [("akte", second["akte_id"]), ("vorgang", second["id"]), ("dokument", other["id"])]
    for plural, source in sources:
        for art, target in targets:
            body = {"typ": "folgt_auf", "ziel": {"art": art, "id": target}}
            answer = await client.post(f"{plural}/{source}/verweise", body)
            assert answer.status_code == 201, answer.text
            assert (answer.json()["ziel"]["art"], answer.json()["ziel"]["id"]) == (art, target)
        found = (await client.get(f"{plural}/{source}/verweise")).json()["items"]
        assert [verweis["ziel"]["id"] for verweis in found] == [target for _, target in targets]
    [end] = {verweis["quelle"]["titel"] for verweis in found}
    assert end == mine["titel"]


async def test_dokument_of_another_vorgang_is_filed_once_and_held_by_a_verweis(client, vorgaenge):
    first, second = vorgaenge
    [mine], [other] = [await documents_of(client, vorgang) for vorgang in vorgaenge]

    def holds(dokument):
        return {"typ": "enthaelt", "ziel": {"art": "dokument", "id": dokument["id"]}}

    assert (await add(client, first, holds(other))).status_code == 201
    assert [dokument["id"] for dokument in await documents_of(client, first)] == [mine["id"]]
    for body in (holds(mine), to(second, "enthaelt")):
        answer = await add(client, first, body)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/verweis-unzulaessig")
    answer = await client.post(f"akten/{first['akte_id']}/verweise", holds(other))
    assert answer.json()["type"] == "/problems/verweis-unzulaessig"


async def test_nothing_refers_to_itself(client, vorgaenge):
    answer = await add(client, vorgaenge[0], to(vorgaenge[0]))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/verweis-unzulaessig")


async def test_between_two_objects_there_is_one_of_a_kind_whichever_its_direction(client, vorgaenge):
    first, second = vorgaenge
    assert (await add(client, first, to(second))).status_code == 201
    for source, target in ((first, second), (second, first)):
        answer = await add(client, source, to(target))
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/verweis-vorhanden")
    assert (await add(client, second, to(first, "antwortet_auf"))).status_code == 201


async def test_of_two_at_once_the_second_waits_and_is_refused(client, container, clock, vorgaenge):
    [dokument] = await documents_of(client, vorgaenge[0])
    ends = [SchriftgutBezug("vorgang", UUID(vorgaenge[1]["id"])), SchriftgutBezug("dokument", UUID(dokument["id"]))]
    facts = {"typ": "folgt_auf", "mandant": "dueren", "moment": clock.now()}
    units, scope = container.units.for_mandant("dueren"), await container.scopes.scope(ANNA)
    async with units() as first, units() as second:
        await first.verweise.add(Verweis.between(*ends, **facts))
        # The end that it holds is the one that the first has to find at its commit.
        assert await second.dokumente.hold(scope, ends[1].id) is not None
        later = asyncio.create_task(second.verweise.add(Verweis.between(*reversed(ends), **facts)))
        await asyncio.sleep(0.2)
        assert not later.done()
        async with asyncio.timeout(10):
            await first.commit()
        with pytest.raises(VerweisExistsError):
            await later


async def test_what_is_hidden_answers_as_what_does_not_exist(client, vorgaenge, hidden):
    answers = [await add(client, vorgaenge[0], to(target)) for target in (hidden, {"id": UNKNOWN})]
    facts = [{**answer.json(), "instance": None} for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert facts[0] == facts[1]
    assert facts[0]["errors"][0]["pointer"] == "/ziel/id"


async def test_verweis_to_what_one_may_not_read_is_not_there(client, ingest, vorgaenge, hidden):
    own = vorgaenge[0]
    verweis = (await add(client, own, to(hidden), "chefin-00")).json()
    assert verweis["ziel"]["titel"] == "Geheimer Bauantrag"
    one = f"verweise/{verweis['id']}"
    assert await listed(client, own, "chefin-00") == [verweis]
    for who, source in (("anna-32", own), ("leitung-61", hidden)):
        assert await listed(client, source, who) == []
        assert (await client.get(one, who)).status_code == 404
        assert (await client.request("DELETE", one, who, **MATCH)).status_code == 404
        protokoll = (await client.get(f"vorgaenge/{source['id']}/protokoll", who)).text
        other = hidden if source is own else own
        assert [word for name in ("betreff", "aktenzeichen", "id") if (word := other[name]) in protokoll] == []
    assert (await client.get(one, "anna-nachbarstadt")).status_code == 404


async def test_another_mandant_is_nowhere(client, ingest, vorgaenge):
    await ingest.submit(mandant="nachbarstadt")
    [foreign] = (await client.get("vorgaenge", "anna-nachbarstadt")).json()["items"]
    assert (await add(client, vorgaenge[0], to(foreign))).status_code == 404
    assert (await add(client, foreign, to(vorgaenge[0]))).status_code == 404
    assert (await add(client, foreign, to(vorgaenge[0]), "anna-nachbarstadt")).status_code == 404


async def test_who_refers_may_change_the_object(client, vorgaenge):
    first, second = vorgaenge
    verweis = (await add(client, first, to(second))).json()
    assert (await add(client, first, to(second, "ersetzt"), "registratur-32")).status_code == 403
    assert (await add(client, first, to(second, "ersetzt"), "dora-50")).status_code == 404
    one = f"verweise/{verweis['id']}"
    assert (await client.request("DELETE", one, "registratur-32", **MATCH)).status_code == 403
    assert (await client.request("DELETE", one, "dora-50", **MATCH)).status_code == 404
    assert await listed(client, first, "registratur-32") == [verweis]


async def test_verweis_is_removed_with_its_etag_and_stands_in_the_protokoll(client, rows, vorgaenge):
    first, second = vorgaenge
    verweis = (await add(client, first, to(second))).json()
    one = f"verweise/{verweis['id']}"
    assert (await client.request("DELETE", one)).status_code == 428
    assert (await client.request("DELETE", one, headers={"If-Match": '"7"'})).status_code == 412
    assert (await client.request("DELETE", one, headers={"If-Match": verweis["etag"]})).status_code == 204
    assert (await client.get(one)).status_code == 404
    assert await listed(client, second) == []
    found = (await client.get(f"vorgaenge/{first['id']}/protokoll?sort=eintrag")).json()["items"]
    said = [
        (item["aktion"], item["metadatum_name"], item["neuer_wert"]) for item in found if "verweis" in item["aktion"]
    ]
    assert said == [
        (f"vorgang.verweis_{verb}", name, value)
        for verb in ("added", "removed")
        for name, value in (("typ", "bezieht_sich_auf"), ("verweis", verweis["id"]))
    ]
    ends = "SELECT value FROM records.audit_value v JOIN records.audit_entry e ON e.id = v.entry_id"
    [kept, _] = await rows(f"{ends} WHERE e.action LIKE 'verweis.%' ORDER BY e.id")
    assert json.loads(kept.value) == {
        "typ": "bezieht_sich_auf",
        "quelle_vorgang": first["id"],
        "ziel_vorgang": second["id"],
    }


async def test_what_is_zda_refers_to_nothing_new_but_is_referred_to(client, ingest, vorgaenge):
    first, second = vorgaenge
    verweis = (await add(client, first, to(second))).json()
    [dokument] = await documents_of(client, first)
    await ingest.say(AufgabeCompleted(aufgabe=Aufgabe(id=UNKNOWN, version=1, vorgang_id=first["id"])))
    assert (await client.post(f"vorgaenge/{first['id']}/close")).status_code == 200
    refused = [
        await add(client, first, to(second, "ersetzt")),
        await client.post(f"dokumente/{dokument['id']}/verweise", to(second)),
        await client.request("DELETE", f"verweise/{verweis['id']}", **MATCH),
    ]
    assert {answer.json()["type"] for answer in refused} == {"/problems/schriftgut-zda"}
    assert (await add(client, second, to(first, "folgt_auf"))).status_code == 201


async def test_list_is_filtered_sorted_and_paged(client, vorgaenge, clock):
    first, second = vorgaenge
    added = []
    for typ in ("bezieht_sich_auf", "ersetzt", "folgt_auf"):
        added.append((await add(client, first, to(second, typ))).json())
        clock.advance(1)
    assert await listed(client, first) == added
    assert await listed(client, second, sort="-erstellt_am") == added[::-1]
    assert await listed(client, first, typ="ersetzt") == added[1:2]
    path = f"vorgaenge/{first['id']}/verweise"
    page = (await client.get(path, params={"limit": 2})).json()
    assert await listed(client, first, limit=2, cursor=page["next"]) == added[2:]


async def test_same_key_adds_one(client, vorgaenge):
    first, second = vorgaenge
    key = {"Idempotency-Key": "verweis-1"}
    answers = [await add(client, first, to(second), **key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert (await add(client, first, to(second, "ersetzt"), **key)).status_code == 422


async def test_verweis_to_a_deleted_draft_is_gone_until_it_is_taken_out_and_for_ever_once_it_is_destroyed(
    client, container, clock, rows, vorgaenge
):
    first, second = vorgaenge
    file = {"files": {"datei": ("entwurf.txt", b"x", "text/plain")}}
    draft = (await client.request("POST", f"vorgaenge/{second['id']}/dokumente", **file)).json()
    body = {"typ": "bezieht_sich_auf", "ziel": {"art": "dokument", "id": draft["id"]}}
    verweis = (await add(client, first, body)).json()
    await client.request("DELETE", f"dokumente/{draft['id']}", **MATCH)
    assert await listed(client, first) == []
    await client.post(f"papierkorb/{draft['id']}/restore")
    assert await listed(client, first) == [verweis]
    await client.request("DELETE", f"dokumente/{draft['id']}", **MATCH)
    clock.advance(31 * 86_400)
    await reap_papierkorb(unit_of_work=container.units.for_mandant("dueren"), clock=clock)
    assert await rows("SELECT 1 FROM records.verweis") == []


async def test_database_keeps_both_ends_within_the_mandant(client, container, vorgaenge):
    first, second = vorgaenge
    verweis = (await add(client, first, to(second))).json()
    async with container.system_engine.connect() as connection:
        moved = f"UPDATE records.verweis SET mandant = 'nachbarstadt' WHERE id = '{verweis['id']}'"
        await connection.exec_driver_sql(moved)
        with pytest.raises(Exception, match="fk_verweis_mandant_"):
            await connection.commit()
