"""What the other services tell becomes the `verlauf`, and decides who may see the Antrag."""

import uuid
from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from dms.records.v1 import dokument_events_pb2 as schriftgut
from dms.records.v1 import organisation_events_pb2 as organisation
from dms.records.v1 import schutz_pb2 as schutz
from dms.records.v1 import vorgang_events_pb2 as vorgaenge
from dms.search.v1 import dokument_events_pb2 as dokumente
from dms.workflow.v1 import aufgabe_events_pb2 as aufgaben
from dms_ingest.bus.incoming import subscriptions
from dms_kit.core.actor import Actor
from dms_kit.messaging.consumer import AlreadyProcessedError, Incoming, InvalidMessageError
from dms_kit.messaging.outbox import topic_of
from dms_kit.ports.event_bus import Message

OE, ZUSTAENDIGKEIT, VORGANG = (str(uuid.UUID(int=number)) for number in (32, 3220, 7))
DOKUMENTE = [str(uuid.UUID(int=number)) for number in (71, 72)]


def moment(minute: int) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(datetime(2026, 3, 2, 9, minute, tzinfo=UTC))
    return timestamp


class Bus:
    """Hands messages to ingest as its consumer would."""

    def __init__(self, units) -> None:
        self._table = {row.event: row for row in subscriptions(units)}

    async def deliver(self, *bodies, mandant: str = "dueren") -> None:
        for body in bodies:
            headers = {"ce_id": str(uuid.uuid4()), "ce_type": body.DESCRIPTOR.full_name, "dms-mandant": mandant}
            message = Message(topic=topic_of(body), key="k", value=body.SerializeToString(), headers=headers)
            await self.deliver_message(message, body)

    async def deliver_message(self, message: Message, body) -> None:
        actor = Actor(mandant=message.mandant, sub="system")
        await self._table[type(body)].apply(Incoming(message=message, body=body, actor=actor))


@pytest.fixture
def bus(service) -> Bus:
    return Bus(service.container.units)


@pytest.fixture
async def antrag(portal):
    return (await portal.submit(None, ("nachweis.pdf", b"%PDF-1.4"))).json()


def events_of(antrag_id: str, *, rang: int = 0, abgeschirmt: bool = False) -> list:
    vorgang = vorgaenge.Vorgang(
        id=VORGANG,
        version=1,
        aktenzeichen="32.20#00001#0001",
        antrag_id=antrag_id,
        anzahl_dokumente=2,
        erstellt_am=moment(1),
        schutz=schutz.Schutz(zustaendigkeit_id=ZUSTAENDIGKEIT, rang=rang, abgeschirmt=abgeschirmt),
    )

    def aufgabe(minute: int, offene: int) -> aufgaben.Aufgabe:
        return aufgaben.Aufgabe(
            id=str(uuid.UUID(int=9)), antrag_id=antrag_id, zeitpunkt=moment(minute), offene_aufgaben=offene
        )

    return [
        vorgaenge.VorgangCreated(vorgang=vorgang),
        *(
            dokumente.DokumentIndexed(dokument_id=dokument, antrag_id=antrag_id, indexiert_am=moment(2 + number))
            for number, dokument in enumerate(DOKUMENTE)
        ),
        aufgaben.AufgabeOpened(aufgabe=aufgabe(5, 1)),
        aufgaben.AufgabeCompleted(aufgabe=aufgabe(6, 0)),
    ]


ORGANISATION = [
    organisation.OrganisationseinheitChanged(
        id=OE, version=1, schluessel="32", name="Bürgerdienste", gueltig_von="2020-01-01"
    ),
    organisation.ZustaendigkeitChanged(
        id=ZUSTAENDIGKEIT, version=1, organisationseinheit_id=OE, gueltig_von="2020-01-01"
    ),
]
EXPECTED = [
    ("eingegangen", "2026-03-02T08:00:00Z"),
    ("abgelegt", "2026-03-02T09:01:00Z"),
    ("durchsuchbar", "2026-03-02T09:03:00Z"),
    ("zugewiesen", "2026-03-02T09:05:00Z"),
    ("abgeschlossen", "2026-03-02T09:06:00Z"),
]


async def verlauf(portal, antrag) -> list[tuple[str, str]]:
    document = (await portal.get(f"/api/v1/antraege/{antrag['id']}")).json()
    steps = [(step["schritt"], step["zeitpunkt"]) for step in document["verlauf"]]
    assert document["status"] == steps[-1][0]
    return steps


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 4, 0, 3, 1), (1, 2, 3, 4, 0)])
async def test_verlauf_is_complete_whatever_the_order(portal, bus, antrag, order):
    events = events_of(antrag["id"])
    await bus.deliver(*(events[number] for number in order))
    assert await verlauf(portal, antrag) == EXPECTED
    document = (await portal.get(f"/api/v1/antraege/{antrag['id']}")).json()
    assert (document["vorgang_id"], document["aktenzeichen"]) == (VORGANG, "32.20#00001#0001")


async def test_same_dokument_twice_counts_once(portal, bus, antrag):
    created, first, *_ = events_of(antrag["id"])
    await bus.deliver(created, first, first)
    assert await verlauf(portal, antrag) == EXPECTED[:2]


async def test_etag_changes_with_what_is_shown(portal, bus, antrag):
    created, first, second, *_ = events_of(antrag["id"])
    tags = [antrag["etag"]]
    for event in (created, first, second):
        await bus.deliver(event)
        tags.append((await portal.get(f"/api/v1/antraege/{antrag['id']}")).headers["etag"])
    # The first of two indexed Dokumente changes nothing that is shown.
    assert tags[1] == tags[2]
    assert len(set(tags)) == 3


def scanned(antrag, pruefstatus: str, *, event=schriftgut.DokumentChanged, sha256: str | None = None):
    sha256 = sha256 or antrag["anlagen"][0]["sha256"]
    return event(dokument=schriftgut.Dokument(antrag_id=antrag["id"], sha256=sha256, pruefstatus=pruefstatus))


@pytest.mark.parametrize("event", [schriftgut.DokumentAdded, schriftgut.DokumentChanged])
@pytest.mark.parametrize("pruefstatus", ["sauber", "befallen"])
async def test_result_of_the_virus_scan_is_told_to_the_portal(portal, bus, antrag, event, pruefstatus):
    before = (await portal.get(f"/api/v1/antraege/{antrag['id']}")).json()
    assert before["anlagen"][0]["pruefstatus"] == "nicht_geprueft"
    await bus.deliver(scanned(antrag, "", event=event), scanned(antrag, "nicht_geprueft", event=event))
    await bus.deliver(scanned(antrag, pruefstatus, event=event, sha256="0" * 64))
    assert (await portal.get(f"/api/v1/antraege/{antrag['id']}")).json() == before
    await bus.deliver(scanned(antrag, pruefstatus, event=event), scanned(antrag, pruefstatus, event=event))
    after = (await portal.get(f"/api/v1/antraege/{antrag['id']}")).json()
    assert after["anlagen"][0]["pruefstatus"] == pruefstatus
    assert after["etag"] == '"2"'


async def test_unknown_result_of_the_virus_scan_is_invalid(bus, antrag):
    with pytest.raises(InvalidMessageError):
        await bus.deliver(scanned(antrag, "vielleicht"))


async def test_message_takes_effect_once(bus, antrag):
    body = events_of(antrag["id"])[0]
    headers = {"ce_id": "1", "ce_type": body.DESCRIPTOR.full_name, "dms-mandant": "dueren"}
    message = Message(topic=topic_of(body), key="k", value=b"", headers=headers)
    await bus.deliver_message(message, body)
    with pytest.raises(AlreadyProcessedError):
        await bus.deliver_message(message, body)


async def test_unknown_antrag_is_ignored(bus):
    await bus.deliver(*events_of(str(uuid.uuid4())))


async def test_malformed_message_is_invalid(bus):
    with pytest.raises(InvalidMessageError):
        await bus.deliver(*events_of("keine-kennung"))


async def test_facts_of_another_mandant_change_nothing(portal, bus, antrag):
    await bus.deliver(*events_of(antrag["id"]), mandant="nachbarstadt")
    assert await verlauf(portal, antrag) == EXPECTED[:1]


async def test_office_of_the_vorgang_sees_the_antrag_once_it_is_filed(service, bus, antrag):
    office, other = service.as_actor("sachbearbeitung-32"), service.as_actor("sachbearbeitung-50")
    await bus.deliver(*ORGANISATION)
    assert (await office.get(f"/api/v1/antraege/{antrag['id']}")).status_code == 404
    await bus.deliver(events_of(antrag["id"])[0])
    assert (await office.get(f"/api/v1/antraege/{antrag['id']}")).status_code == 200
    assert (await other.get(f"/api/v1/antraege/{antrag['id']}")).status_code == 404


@pytest.mark.parametrize("protection", [{"rang": 2}, {"abgeschirmt": True}])
async def test_protected_vorgang_hides_its_antrag(service, bus, antrag, protection):
    await bus.deliver(*ORGANISATION, events_of(antrag["id"], **protection)[0])
    office = service.as_actor("sachbearbeitung-32")
    assert (await office.get(f"/api/v1/antraege/{antrag['id']}")).status_code == 404
