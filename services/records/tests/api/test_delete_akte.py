"""The draft of an Akte is deleted, a registered Akte never."""

import asyncio

import pytest

pytestmark = pytest.mark.usefixtures("demo")
ENTWURF = {"titel": "Gaststätte Zum Bären", "aktenplaneinheit": "32.20"}


@pytest.fixture
async def draft(client):
    return (await client.post("akten", ENTWURF)).json()


async def delete(client, akte, who="anna-32", if_match="*"):
    headers = {} if if_match is None else {"If-Match": if_match}
    answer = await client.request("DELETE", f"akten/{akte['id']}", who, headers=headers)
    return answer.status_code, answer.json()["type"].removeprefix("/problems/") if answer.content else ""


async def test_deleted_draft_is_gone_and_its_protokoll_stays(client, draft, rows):
    assert await delete(client, draft, if_match=draft["etag"]) == (204, "")
    assert (await client.get(f"akten/{draft['id']}")).status_code == 404
    assert await delete(client, draft) == (404, "nicht-gefunden")
    found = await rows(
        "SELECT action, actor FROM records.audit_entry WHERE object_id = :id ORDER BY id", id=draft["id"]
    )
    assert [tuple(row) for row in found] == [("akte.created", "sub-anna"), ("akte.deleted", "sub-anna")]
    assert await rows("SELECT 1 FROM records.outbox WHERE aggregateid = :id", id=draft["id"]) == []


async def test_beteiligte_of_a_draft_go_with_it(client, draft, rows):
    firm = {"rolle": "hinzugezogen", "art": "organisation", "name": "Bären GmbH"}
    assert (await client.post(f"akten/{draft['id']}/beteiligte", firm)).status_code == 201
    assert await delete(client, draft) == (204, "")
    assert await rows("SELECT 1 FROM records.beteiligter WHERE akte_id = :id", id=draft["id"]) == []


async def test_registered_akte_is_never_deleted(client, draft):
    path = f"akten/{draft['id']}"
    await client.post(f"{path}/register")
    assert await delete(client, draft) == (409, "akte-registriert")
    await client.post(f"{path}/close")
    assert await delete(client, draft) == (409, "akte-registriert")
    assert (await client.get(path)).json()["status"] == "zda"


@pytest.mark.parametrize("what", ["akten", "vorgaenge"])
async def test_draft_in_which_something_lies_is_not_deleted(client, draft, what):
    body = {**ENTWURF, "uebergeordnet_id": draft["id"]} if what == "akten" else {"akte_id": draft["id"], "betreff": "B"}
    assert (await client.post(what, body)).status_code == 201
    assert await delete(client, draft) == (409, "akte-nicht-leer")


async def test_deleting_asks_for_the_version_and_the_right_first(client, draft):
    assert await delete(client, draft, if_match=None) == (428, "if-match-fehlt")
    assert await delete(client, draft, if_match='"7"') == (412, "etag-veraltet")
    assert await delete(client, draft, "dora-50") == (404, "nicht-gefunden")
    assert await delete(client, draft, "poststelle") == (403, "keine-berechtigung")
    assert await delete(client, draft, "reg-10") == (204, "")


async def test_nothing_is_filed_in_a_draft_while_it_is_deleted(client, draft, rows):
    body = {"akte_id": draft["id"], "betreff": "B"}
    attempts = (client.post("vorgaenge", body) for _ in range(4))
    (status, _), *others = await asyncio.gather(delete(client, draft), *attempts)
    assert {answer.status_code for answer in others} == ({404} if status == 204 else {201})
    found = await rows("SELECT id FROM records.vorgang WHERE akte_id = :id", id=draft["id"])
    assert len(found) == (0 if status == 204 else 4)
