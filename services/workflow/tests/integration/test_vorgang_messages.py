"""What records says of a Vorgang, and what workflow says of its Aufgaben."""

import asyncio

from dms.records.v1.vorgang_events_pb2 import VorgangCreated
from dms.workflow.v1.aufgabe_events_pb2 import AufgabeClaimed, AufgabeCompleted, AufgabeOpened, AufgabeReleased
from dms_kit.messaging.outbox import topic_of
from dms_kit.testing.contracts.event_bus import a_message
from dms_workflow.main import run_consumers, run_relay


async def test_a_republished_vorgang_opens_no_second_aufgabe(api, records) -> None:
    vorgang = await records.create("32")
    await records.say(VorgangCreated(vorgang=vorgang))
    assert (await api.only("anna-32"))["vorgang_id"] == vorgang.id


async def test_a_vorgang_begun_by_hand_opens_no_aufgabe(api, records) -> None:
    vorgang = await records.create("32", antrag_id="")
    await records.change(vorgang, status="zda")
    assert (await api.get("anna-32", "aufgaben")).json()["items"] == []


async def test_a_vorgang_that_moves_takes_its_aufgabe_along(api, records) -> None:
    vorgang = await records.create("32")
    schutz = records.vorgang("50").schutz
    await records.change(vorgang, schutz=schutz)
    assert (await api.get("anna-32", "aufgaben")).json()["items"] == []
    moved = await api.only("dora-50")
    assert (moved["organisationseinheit"], moved["etag"]) == ("50", '"2"')


async def test_older_facts_are_ignored(api, records) -> None:
    vorgang = await records.create("32", version=5)
    await records.change(vorgang, version=4, aktenzeichen="alt")
    assert (await api.only("anna-32"))["aktenzeichen"] == "32.20#00001#0001"


async def test_a_status_that_comes_back_from_the_vorgang_keeps_the_etag(api, records) -> None:
    vorgang = await records.create("32")
    path = f"aufgaben/{(await api.only('anna-32'))['id']}"
    claimed = await api.post("anna-32", f"{path}/claim", If_Match="*")
    await records.change(vorgang, status="in_bearbeitung")
    assert (await api.only("anna-32"))["etag"] == claimed.headers["etag"]


async def test_each_act_leaves_an_event_and_an_entry_in_the_protokoll(api, records, rows) -> None:
    vorgang = await records.create("32")
    path = f"aufgaben/{(await api.only('anna-32'))['id']}"
    await api.post("anna-32", f"{path}/claim", If_Match="*")
    await api.post("anna-32", f"{path}/release", If_Match="*")
    await api.post("anna-32", f"{path}/claim", If_Match="*")
    await api.post("anna-32", f"{path}/complete", {"ergebnis": "genehmigt"}, If_Match="*")
    facts = await rows("SELECT type, payload, headers FROM workflow.outbox ORDER BY id")
    kinds = (AufgabeOpened, AufgabeClaimed, AufgabeReleased, AufgabeClaimed, AufgabeCompleted)
    assert [fact.type for fact in facts] == [kind.DESCRIPTOR.full_name for kind in kinds]
    said = [kind.FromString(fact.payload).aufgabe for kind, fact in zip(kinds, facts, strict=True)]
    assert [aufgabe.version for aufgabe in said] == [1, 2, 3, 4, 5]
    assert [aufgabe.status for aufgabe in said] == ["offen", "uebernommen", "offen", "uebernommen", "erledigt"]
    assert [aufgabe.offene_aufgaben for aufgabe in said] == [1, 1, 1, 1, 0]
    assert {(aufgabe.vorgang_id, aufgabe.antrag_id) for aufgabe in said} == {(vorgang.id, vorgang.antrag_id)}
    assert [fact.headers["dms-actor"] for fact in facts] == ["portal"] + ["sub-anna"] * 4
    assert not any(b"genehmigt" in fact.payload for fact in facts)
    entries = await rows("SELECT action, actor FROM workflow.audit_entry ORDER BY id")
    assert [entry.action for entry in entries] == [
        "aufgabe.opened",
        "aufgabe.claimed",
        "aufgabe.released",
        "aufgabe.claimed",
        "aufgabe.completed",
    ]
    values = await rows("SELECT value FROM workflow.audit_value ORDER BY entry_id")
    assert "genehmigt" in values[-1].value


async def test_a_vorgang_travels_over_the_bus_and_its_aufgabe_is_announced(container, records, api) -> None:
    vorgang = records.vorgang("32")
    body = VorgangCreated(vorgang=vorgang).SerializeToString()
    topic = topic_of(VorgangCreated)
    twice = [a_message(topic, vorgang.id, body, ce_type=VorgangCreated.DESCRIPTOR.full_name)] * 2
    await container.bus.publish(twice)
    stop = asyncio.Event()
    running = asyncio.gather(run_consumers(container, stop), run_relay(container, stop))
    try:
        async with asyncio.timeout(20), container.bus.consumer("test", [topic_of(AufgabeOpened)]) as member:
            while not (said := await member.fetch()):
                pass
    finally:
        stop.set()
        await running
    assert AufgabeOpened.FromString(said[0].message.value).aufgabe.vorgang_id == vorgang.id
    assert len((await api.get("anna-32", "aufgaben")).json()["items"]) == 1


async def test_a_message_with_a_broken_id_becomes_a_dead_letter(container, records, api) -> None:
    vorgang = records.vorgang("32", id="keine-uuid")
    body = VorgangCreated(vorgang=vorgang).SerializeToString()
    name = VorgangCreated.DESCRIPTOR.full_name
    await container.bus.publish([a_message(topic_of(VorgangCreated), "k", body, ce_type=name)])
    stop = asyncio.Event()
    running = asyncio.create_task(run_consumers(container, stop))
    try:
        async with asyncio.timeout(20):
            while not (letters := (await api.get("betrieb", "betrieb/workflow/dead-letters")).json()["items"]):
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await running
    assert letters[0]["type"] == name
    assert "keine-uuid" not in str(letters[0])
