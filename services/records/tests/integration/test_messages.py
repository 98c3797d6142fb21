"""What the other services say, and what records says again."""

import uuid
from datetime import timedelta

import pytest

from dms.records.v1.republish_events_pb2 import RepublishCompleted
from dms.records.v1.vorgang_events_pb2 import VorgangChanged
from dms.search.v1.republish_events_pb2 import RepublishRequested
from dms.workflow.v1.aufgabe_events_pb2 import Aufgabe, AufgabeClaimed, AufgabeReleased
from dms_kit.messaging.consumer import InvalidMessageError
from dms_records.main import reap, republish_for


@pytest.fixture
async def vorgang(ingest, rows):
    await ingest.submit(files=[("a.txt", "text/plain", b"a")])
    return (await rows("SELECT id FROM records.vorgang"))[0]


def aufgabe(vorgang, version, *, name="x"):
    return Aufgabe(id=str(uuid.uuid5(uuid.NAMESPACE_DNS, name)), version=version, vorgang_id=str(vorgang.id))


async def status(rows):
    [row] = await rows("SELECT status, version FROM records.vorgang")
    return row.status, row.version


async def test_claim_and_release_move_the_status(ingest, vorgang, rows):
    await ingest.say(AufgabeClaimed(aufgabe=aufgabe(vorgang, 2)))
    assert await status(rows) == ("in_bearbeitung", 2)
    await ingest.say(AufgabeReleased(aufgabe=aufgabe(vorgang, 3)))
    assert await status(rows) == ("offen", 3)
    told = await rows("SELECT payload FROM records.outbox WHERE type LIKE '%VorgangChanged' ORDER BY id")
    facts = [VorgangChanged.FromString(row.payload).vorgang for row in told]
    assert [(fact.status, fact.version) for fact in facts] == [("in_bearbeitung", 2), ("offen", 3)]


async def test_older_version_of_an_aufgabe_is_ignored(ingest, vorgang, rows):
    await ingest.say(AufgabeReleased(aufgabe=aufgabe(vorgang, 3)))
    await ingest.say(AufgabeClaimed(aufgabe=aufgabe(vorgang, 2)))
    assert await status(rows) == ("offen", 1)


async def test_vorgang_is_worked_on_while_one_of_two_aufgaben_is_held(ingest, vorgang, rows):
    await ingest.say(AufgabeClaimed(aufgabe=aufgabe(vorgang, 2)))
    await ingest.say(AufgabeClaimed(aufgabe=aufgabe(vorgang, 2, name="y")))
    await ingest.say(AufgabeReleased(aufgabe=aufgabe(vorgang, 3)))
    assert await status(rows) == ("in_bearbeitung", 2)


async def test_aufgabe_of_an_unknown_vorgang_is_a_dead_letter(ingest, demo):
    unknown = Aufgabe(id=str(uuid.uuid4()), version=2, vorgang_id=str(uuid.uuid4()))
    with pytest.raises(InvalidMessageError):
        await ingest.say(AufgabeClaimed(aufgabe=unknown))


async def test_everything_living_is_published_again_for_the_group_alone(ingest, vorgang, rows):
    run = str(uuid.uuid4())
    await ingest.say(RepublishRequested(lauf_id=run, gruppe="search"))
    again = await rows("SELECT type, headers, mandant FROM records.outbox WHERE headers ? 'dms-republish' ORDER BY id")
    kinds = [row.type.rsplit(".", 1)[1] for row in again]
    assert kinds.count("OrganisationseinheitChanged") == 7
    assert (kinds.count("AkteCreated"), kinds.count("VorgangCreated"), kinds.count("DokumentAdded")) == (1, 1, 2)
    assert {row.mandant for row in again} == {"dueren"}
    assert {(row.headers["dms-republish"], row.headers["dms-republish-run"]) for row in again} == {("search", run)}
    [last] = await rows("SELECT payload FROM records.outbox ORDER BY id DESC LIMIT 1")
    completed = RepublishCompleted.FromString(last.payload)
    assert (completed.lauf_id, completed.gruppe, completed.anzahl) == (run, "search", len(again))


async def test_republish_by_hand_serves_every_mandant(ingest, vorgang, container, rows):
    total = await republish_for(container, "search")
    again = await rows("SELECT mandant FROM records.outbox WHERE headers ? 'dms-republish'")
    assert len(again) == total
    assert {row.mandant for row in again} == {"dueren", "nachbarstadt"}


async def test_reaper_deletes_what_no_row_names(ingest, vorgang, container, clock):
    await ingest.submit(leistung="99999999999999", files=[("w.txt", "text/plain", b"waiting")])
    antrag = await ingest.antrag(files=[("b.txt", "text/plain", b"orphan")])
    orphan = await container.store.copy(antrag.anlagen[0].objekt.key, "dueren", "records")
    before = set(container.store.objects)
    clock.advance(10 * 365 * 86_400)
    assert await reap(container, timedelta(0)) == 1
    assert before - set(container.store.objects) == {orphan}
    assert await reap(container, timedelta(0)) == 0


async def test_reaper_leaves_what_is_young(ingest, container, demo):
    antrag = await ingest.antrag(files=[("b.txt", "text/plain", b"orphan")])
    await container.store.copy(antrag.anlagen[0].objekt.key, "dueren", "records")
    assert await reap(container, timedelta(hours=24)) == 0
