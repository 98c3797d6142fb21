"""Moving Vorgänge and Akten: a new number, the old one as an alias, everything below goes along."""

import pytest

from dms.records.v1.akte_events_pb2 import AkteChanged
from dms.records.v1.vorgang_events_pb2 import VorgangChanged

pytestmark = pytest.mark.usefixtures("demo")
UNKNOWN = "019ac1a2-5f00-7000-8000-000000000000"


@pytest.fixture
def begin(client):
    async def begin(path, **body):
        draft = (await client.post(path, body)).json()
        return (await client.post(f"{path}/{draft['id']}/register")).json()

    return begin


@pytest.fixture
async def akte(begin):
    return await begin("akten", titel="Richtig", aktenplaneinheit="32.20")


@pytest.fixture
async def filed(client, ingest):
    await ingest.submit(files=[("a.txt", "text/plain", b"a")])
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    return vorgang


async def test_vorgang_gets_the_next_number_there_and_is_found_by_the_old_one(client, filed, begin, akte, rows):
    part = await begin("vorgaenge", akte_id=filed["akte_id"], betreff="Teil", uebergeordnet_id=filed["id"])
    move = {"akte_id": akte["id"], "grund": "Irrtümlich hier abgelegt"}
    moved = (await client.post(f"vorgaenge/{filed['id']}/move", move)).json()
    new = f"{akte['aktenzeichen']}#0001"
    assert (moved["akte_id"], moved["aktenzeichen"]) == (akte["id"], new)
    assert moved["alte_geschaeftszeichen"] == [filed["aktenzeichen"]]
    inside = (await client.get(f"vorgaenge/{filed['id']}/dokumente")).json()["items"]
    assert {dokument["aktenzeichen"].removesuffix(f"#{n:04}") for n, dokument in enumerate(inside, 1)} == {new}
    assert (await client.get(f"vorgaenge/{part['id']}")).json()["aktenzeichen"].startswith(f"{new}.T")
    for old in (filed["aktenzeichen"], filed["aktenzeichen"].replace("#", " # ")):
        found = (await client.get("vorgaenge", params={"geschaeftszeichen": old})).json()["items"]
        assert [one["id"] for one in found] == [filed["id"]]
    assert (await client.get("vorgaenge", params={"aktenzeichen": filed["aktenzeichen"]})).json()["items"] == []
    facts = [
        VorgangChanged.FromString(row.payload).vorgang
        for row in await rows("SELECT payload FROM records.outbox WHERE type LIKE '%VorgangChanged'")
    ]
    assert [filed["aktenzeichen"]] in [list(fact.geschaeftszeichen) for fact in facts]
    # The number that was given up is given to nobody else.
    follower = await begin("vorgaenge", akte_id=filed["akte_id"], betreff="Nächster")
    assert follower["aktenzeichen"] != filed["aktenzeichen"]
    assert (await client.get(f"akten/{akte['id']}")).json()["status"] == "in_bearbeitung"


async def test_akte_moves_with_everything_in_it(client, filed, begin, rows):
    part = await begin("akten", titel="Teil", aktenplaneinheit="32.20", uebergeordnet_id=filed["akte_id"])
    inside = await begin("vorgaenge", akte_id=part["id"], betreff="Tief")
    before = (await client.get(f"akten/{filed['akte_id']}")).json()
    move = {"aktenplaneinheit": "50.20", "grund": "Zuständigkeit geklärt"}
    assert (await client.post(f"akten/{filed['akte_id']}/move", move)).status_code == 403
    moved = (await client.post(f"akten/{filed['akte_id']}/move", move, "reg-10")).json()
    assert (moved["aktenplaneinheit"], moved["federfuehrende_oe"]) == ("50.20", "50")
    assert (moved["aktenzeichen"], moved["alte_geschaeftszeichen"]) == ("50.20#00001", [before["aktenzeichen"]])
    assert (await client.get(f"akten/{filed['akte_id']}")).status_code == 404
    seen = (await client.get(f"akten/{filed['akte_id']}?expand=teilakten,dokumente", "dora-50")).json()
    assert seen["teilakten"]["items"][0]["aktenzeichen"].startswith("50.20#00001.T")
    [vorgang] = seen["vorgaenge"]["items"]
    assert vorgang["aktenzeichen"] == filed["aktenzeichen"].replace("32.20#00001", "50.20#00001")
    assert all(d["aktenzeichen"].startswith(vorgang["aktenzeichen"]) for d in vorgang["dokumente"]["items"])
    assert (await client.get(f"vorgaenge/{inside['id']}", "dora-50")).json()["federfuehrende_oe"] == "50"
    found = (await client.get("akten", "dora-50", params={"geschaeftszeichen": before["aktenzeichen"]})).json()["items"]
    assert [one["id"] for one in found] == [filed["akte_id"]]
    facts = [
        AkteChanged.FromString(row.payload).akte
        for row in await rows("SELECT payload FROM records.outbox WHERE type LIKE '%AkteChanged'")
    ]
    assert {fact.aktenplaneinheit for fact in facts if fact.aktenzeichen.startswith("50")} == {"50.20"}


async def test_nothing_moves_below_itself_or_too_deep_or_nowhere(client, begin, akte):
    parts = [akte]
    for _ in range(2):
        above = parts[-1]["id"]
        parts.append(await begin("akten", titel="Teil", aktenplaneinheit="32.20", uebergeordnet_id=above))
    vorgang = await begin("vorgaenge", akte_id=akte["id"], betreff="V")
    part = await begin("vorgaenge", akte_id=akte["id"], betreff="T", uebergeordnet_id=vorgang["id"])
    deep = await begin("vorgaenge", akte_id=parts[2]["id"], betreff="D")
    below = await begin("vorgaenge", akte_id=parts[2]["id"], betreff="D", uebergeordnet_id=deep["id"])
    to_akte = {"aktenplaneinheit": "32.20", "grund": "x"}
    refusals = [
        (f"akten/{akte['id']}", {**to_akte, "uebergeordnet_id": parts[2]["id"]}, "uebergeordnet-unzulaessig"),
        (f"akten/{akte['id']}", {**to_akte, "uebergeordnet_id": akte["id"]}, "uebergeordnet-unzulaessig"),
        (f"akten/{akte['id']}", to_akte, "uebergeordnet-unzulaessig"),
        (f"vorgaenge/{vorgang['id']}", {"akte_id": akte["id"], "grund": "x"}, "uebergeordnet-unzulaessig"),
        (
            f"vorgaenge/{vorgang['id']}",
            {"akte_id": akte["id"], "uebergeordnet_id": part["id"], "grund": "x"},
            "uebergeordnet-unzulaessig",
        ),
        (
            f"vorgaenge/{vorgang['id']}",
            {"akte_id": parts[2]["id"], "uebergeordnet_id": below["id"], "grund": "x"},
            "gliederung-zu-tief",
        ),
        (f"vorgaenge/{vorgang['id']}", {"akte_id": UNKNOWN, "grund": "x"}, "nicht-gefunden"),
    ]
    for path, body, code in refusals:
        answer = await client.post(f"{path}/move", body)
        assert answer.json()["type"] == f"/problems/{code}", (path, body, answer.json())
    assert (await client.get(f"vorgaenge/{vorgang['id']}")).json() == vorgang
    assert (await client.post(f"vorgaenge/{vorgang['id']}/move", {"akte_id": akte["id"]})).status_code == 422
    await client.post(f"vorgaenge/{deep['id']}/close")
    await client.post(f"vorgaenge/{below['id']}/close")
    await client.post(f"vorgaenge/{deep['id']}/close")
    closed = await client.post(f"vorgaenge/{deep['id']}/move", {"akte_id": akte["id"], "grund": "x"})
    assert closed.json()["type"] == "/problems/schriftgut-zda"


async def test_foreign_numbers_are_aliases_that_several_may_share(client, begin, akte):
    other = await begin("akten", titel="Andere", aktenplaneinheit="32.20")
    for one in (akte, other):
        change = {"json": {"fremde_geschaeftszeichen": ["LG Aachen 7 O 12/26"]}, "headers": {"If-Match": "*"}}
        changed = await client.request("PATCH", f"akten/{one['id']}", **change)
        assert changed.json()["fremde_geschaeftszeichen"] == ["LG Aachen 7 O 12/26"]
    params = {"geschaeftszeichen": "lg aachen 7 O 12/26"}
    found = (await client.get("akten", params=params)).json()["items"]
    assert {one["id"] for one in found} == {akte["id"], other["id"]}
    assert (await client.get("akten", "dora-50", params=params)).json()["items"] == []
    await client.request(
        "PATCH", f"akten/{other['id']}", json={"fremde_geschaeftszeichen": []}, headers={"If-Match": "*"}
    )
    assert [one["id"] for one in (await client.get("akten", params=params)).json()["items"]] == [akte["id"]]
