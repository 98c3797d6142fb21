"""GET …/protokoll: what was done to an object, for whom, page by page."""

import asyncio
import uuid

import pytest

from dms_kit.core.actor import Actor


@pytest.fixture
async def vorgang_id(client, ingest) -> str:
    await ingest.submit(files=[("beleg.pdf", "application/pdf", b"x")])
    return (await client.get("vorgaenge")).json()["items"][0]["id"]


async def write(container, objekt_id: str, **values: str | int | None) -> None:
    actor = Actor(mandant="dueren", sub="sub-anna")
    async with container.units.for_actor(actor)() as uow:
        uow.audit("vorgang.changed", "vorgang", uuid.UUID(objekt_id), values)
        await uow.commit()


async def test_a_reader_sees_what_changed_in_xdomeas_fields(client, container, vorgang_id):
    await write(container, vorgang_id, betreff_alt="Alt", betreff="Neu", grund="Tippfehler")
    answer = await client.get(f"vorgaenge/{vorgang_id}/protokoll")
    assert answer.status_code == 200
    newest, *_, first = answer.json()["items"]
    assert {name: newest[name] for name in ("akteur", "aktion", "metadatum_name", "alter_wert", "neuer_wert")} == {
        "akteur": "sub-anna",
        "aktion": "vorgang.changed",
        "metadatum_name": "betreff",
        "alter_wert": "Alt",
        "neuer_wert": "Neu",
    }
    assert (newest["bemerkung"], newest["werte_geloescht"]) == ("Tippfehler", False)
    assert first["aktion"] == "vorgang.created"
    assert first["datum_uhrzeit"].endswith("Z")


async def test_who_read_is_for_revision_alone(client, vorgang_id):
    await client.get(f"vorgaenge/{vorgang_id}")
    own = (await client.get(f"vorgaenge/{vorgang_id}/protokoll")).json()["items"]
    assert {item["aktion"] for item in own} == {"vorgang.created"}
    whole = (await client.get(f"vorgaenge/{vorgang_id}/protokoll", "revision")).json()["items"]
    assert [item["aktion"] for item in whole[:2]] == ["vorgang.protokoll_read", "vorgang.read"]


async def test_revision_reads_the_protokoll_and_no_content(client, vorgang_id):
    assert (await client.get(f"vorgaenge/{vorgang_id}", "revision")).status_code == 403
    [dokument, *_] = (await client.get(f"vorgaenge/{vorgang_id}/dokumente")).json()["items"]
    akte_id = (await client.get(f"vorgaenge/{vorgang_id}")).json()["akte_id"]
    for path in (f"dokumente/{dokument['id']}", f"akten/{akte_id}"):
        answer = await client.get(f"{path}/protokoll", "revision")
        assert answer.status_code == 200
        assert answer.json()["items"]


async def test_reading_the_protokoll_is_written_down_once(client, rows, vorgang_id):
    page = (await client.get(f"vorgaenge/{vorgang_id}/protokoll?limit=1", "revision")).json()
    await client.get(f"vorgaenge/{vorgang_id}/protokoll?limit=1&cursor={page['next']}", "revision")
    found = await rows("SELECT actor FROM records.audit_entry WHERE action = 'vorgang.protokoll_read'")
    assert [row.actor for row in found] == ["sub-revision"]


async def test_pages_hold_every_field_once_in_both_orders(client, container, vorgang_id):
    for number in range(4):
        await write(container, vorgang_id, **{f"feld_{place}": number for place in range(3)})
    whole = (await client.get(f"vorgaenge/{vorgang_id}/protokoll?limit=200")).json()
    assert whole["next"] is None
    for sort, wanted in (("-eintrag", whole["items"]), ("eintrag", None)):
        walked, cursor = [], ""
        while cursor is not None:
            page = (await client.get(f"vorgaenge/{vorgang_id}/protokoll?sort={sort}&limit=2{cursor}")).json()
            walked += page["items"]
            cursor = page["next"] and f"&cursor={page['next']}"
        if wanted is not None:
            assert walked == wanted
        assert len(walked) == len(whole["items"])
        assert [item["eintrag"] for item in walked] == sorted(
            (item["eintrag"] for item in walked), reverse=sort.startswith("-")
        )


async def test_one_kind_of_act_can_be_asked_for(client, container, vorgang_id):
    await write(container, vorgang_id, betreff="Neu")
    items = (await client.get(f"vorgaenge/{vorgang_id}/protokoll?aktion=vorgang.changed")).json()["items"]
    assert [item["aktion"] for item in items] == ["vorgang.changed"]


async def test_a_cursor_of_the_other_order_is_refused(client, vorgang_id):
    page = (await client.get(f"vorgaenge/{vorgang_id}/protokoll?limit=1")).json()
    answer = await client.get(f"vorgaenge/{vorgang_id}/protokoll?sort=eintrag&cursor={page['next']}")
    assert answer.status_code == 422


@pytest.mark.parametrize("who", ["dora-50", "anna-nachbarstadt", "revision-nachbarstadt"])
@pytest.mark.parametrize("kind", ["vorgaenge", "akten", "dokumente"])
async def test_what_one_may_not_see_answers_as_what_does_not_exist(client, vorgang_id, who, kind):
    known = vorgang_id if kind == "vorgaenge" else str(uuid.uuid4())
    unknown = await client.get(f"{kind}/{uuid.uuid4()}/protokoll", who)
    foreign = await client.get(f"{kind}/{known}/protokoll", who)
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert {**foreign.json(), "instance": ""} == {**unknown.json(), "instance": ""}


@pytest.mark.parametrize("who", ["poststelle", "betrieb", "portal"])
async def test_without_the_right_it_is_forbidden(client, vorgang_id, who):
    assert (await client.get(f"vorgaenge/{vorgang_id}/protokoll", who)).status_code == 403


async def test_sealed_entries_show_their_number(client, container, vorgang_id):
    async with container.sealer.locked(asyncio.Event()) as connection:
        await container.sealer.seal(connection)
    items = (await client.get(f"vorgaenge/{vorgang_id}/protokoll")).json()["items"]
    assert all(item["nummer"] for item in items)


async def test_erased_values_leave_the_act(client, container, rows, vorgang_id):
    await write(container, vorgang_id, betreff="Geheimnis")
    async with container.system_engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM records.audit_value")
    newest = (await client.get(f"vorgaenge/{vorgang_id}/protokoll")).json()["items"][0]
    assert (newest["aktion"], newest["neuer_wert"], newest["werte_geloescht"]) == ("vorgang.changed", None, True)
