"""GET /api/v1/antraege/{id} and its receipt: for its portal and for whoever may see the Vorgang."""

import uuid

import pytest
from sqlalchemy import text

FILE = ("nachweis.pdf", b"%PDF-1.4 inhalt")


@pytest.fixture
async def antrag(portal):
    return (await portal.submit(None, FILE)).json()


async def test_portal_sees_its_antrag_with_all_hashes(portal, antrag):
    answer = await portal.get(f"/api/v1/antraege/{antrag['id']}")
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert {name: document[name] for name in antrag} == antrag
    assert set(document["antrag"]) == {"groesse", "sha256", "sha512"}
    assert document["verlauf"] == [{"schritt": "eingegangen", "zeitpunkt": antrag["eingegangen_am"]}]
    assert document["vorgang_id"] is None
    assert document["aktenzeichen"] is None
    assert answer.headers["etag"] == document["etag"]
    assert answer.headers["cache-control"] == "private, no-store"


async def test_unchanged_antrag_is_not_sent_again(portal, antrag):
    headers = {**portal.headers, "If-None-Match": antrag["etag"]}
    answer = await portal.client.get(f"/api/v1/antraege/{antrag['id']}", headers=headers)
    assert (answer.status_code, answer.content) == (304, b"")


async def test_quittung_is_the_stored_one(portal, antrag):
    answer = await portal.get(f"/api/v1/antraege/{antrag['id']}/quittung")
    assert answer.text == antrag["quittung"]
    assert answer.headers["content-type"] == "application/jose"


async def test_every_reading_is_audited(service, portal, antrag):
    await portal.get(f"/api/v1/antraege/{antrag['id']}")
    await portal.get(f"/api/v1/antraege/{antrag['id']}/quittung")
    async with service.container.system_engine.connect() as connection:
        actions = (await connection.execute(text("SELECT action FROM ingest.audit_entry ORDER BY id"))).scalars().all()
    assert actions == ["antrag.submitted", "antrag.read", "antrag.read"]


async def test_nothing_is_served_when_the_reading_cannot_be_audited(service, portal, antrag):
    async with service.container.system_engine.begin() as connection:
        await connection.execute(text("REVOKE INSERT ON ingest.audit_entry FROM dms_ingest"))
    try:
        answer = await portal.get(f"/api/v1/antraege/{antrag['id']}")
    finally:
        async with service.container.system_engine.begin() as connection:
            await connection.execute(text("GRANT INSERT ON ingest.audit_entry TO dms_ingest"))
    assert answer.status_code == 500
    assert antrag["eingangsnummer"] not in answer.text


@pytest.mark.parametrize("token", ["portal-2", "portal-nachbarstadt", "sachbearbeitung-32"])
@pytest.mark.parametrize("path", ["", "/quittung"])
async def test_others_see_no_difference_from_an_unknown_one(service, antrag, token, path):
    actor = service.as_actor(token)
    unseen = await actor.get(f"/api/v1/antraege/{antrag['id']}{path}")
    unknown = await actor.get(f"/api/v1/antraege/{uuid.uuid4()}{path}")
    assert unseen.status_code == unknown.status_code == 404
    assert {**unseen.json(), "instance": ""} == {**unknown.json(), "instance": ""}


@pytest.mark.parametrize("token", ["betrieb-00", "poststelle-10"])
async def test_who_holds_neither_right_is_refused(service, antrag, token):
    assert (await service.as_actor(token).get(f"/api/v1/antraege/{antrag['id']}")).status_code == 403


async def test_malformed_id_is_not_found(portal):
    assert (await portal.get("/api/v1/antraege/keine-kennung")).status_code == 404


async def test_without_token_is_refused(service, antrag):
    assert (await service.client.get(f"/api/v1/antraege/{antrag['id']}")).status_code == 401
