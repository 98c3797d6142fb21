"""What becomes of a submitted Antrag, on PostgreSQL."""

import asyncio
from typing import Any

import pytest

from dms.records.v1.dokument_events_pb2 import DokumentAdded
from dms.records.v1.vorgang_events_pb2 import VorgangCreated
from dms_kit.messaging.consumer import InvalidMessageError

pytestmark = pytest.mark.usefixtures("demo")


async def _sent(rows: Any, message: type) -> list[Any]:
    found = await rows(
        "SELECT payload FROM records.outbox WHERE type = :type ORDER BY id", type=message.DESCRIPTOR.full_name
    )
    return [message.FromString(row.payload) for row in found]


async def test_antrag_becomes_akte_vorgang_and_dokumente(ingest, rows):
    antrag = await ingest.submit(
        files=[("nachweis.pdf", "application/pdf", b"%PDF-1.7"), ("b.txt", "text/plain", b"b")]
    )
    [created] = await _sent(rows, VorgangCreated)
    dokumente = [row.dokument for row in await _sent(rows, DokumentAdded)]
    assert created.vorgang.aktenzeichen == "32.20#00001#0001"
    assert created.vorgang.antrag_id == antrag.antrag_id
    assert created.vorgang.anzahl_dokumente == 3
    assert [row.aktenzeichen for row in dokumente] == [f"32.20#00001#0001#000{n}" for n in (1, 2, 3)]
    assert [row.dateiname for row in dokumente] == ["antrag.json", "nachweis.pdf", "b.txt"]
    assert all(row.objekt_key.startswith("dueren/records/") for row in dokumente)
    assert [row.sha256 for row in dokumente[1:]] == [anlage.objekt.sha256 for anlage in antrag.anlagen]


async def test_each_antrag_gets_a_fallakte_of_its_own(ingest, rows):
    await ingest.submit()
    await ingest.submit()
    found = await rows("SELECT aktenzeichen FROM records.vorgang ORDER BY 1")
    assert [row.aktenzeichen for row in found] == ["32.20#00001#0001", "32.20#00002#0001"]


async def test_hundesteuer_of_one_year_shares_a_sammelakte(ingest, rows, clock):
    await asyncio.gather(*(ingest.submit(leistung="99102013104000") for _ in range(4)))
    clock.advance(365 * 86_400)
    await ingest.submit(leistung="99102013104000")
    akten = await rows("SELECT aktenzeichen, titel, jahr FROM records.akte ORDER BY 1")
    vorgaenge = await rows("SELECT aktenzeichen FROM records.vorgang ORDER BY 1")
    assert [tuple(row) for row in akten] == [
        ("32.10#00001", "Hundesteuer 2026", 2026),
        ("32.10#00002", "Hundesteuer 2027", 2027),
    ]
    assert [row.aktenzeichen for row in vorgaenge] == [
        *(f"32.10#00001#000{n}" for n in (1, 2, 3, 4)),
        "32.10#00002#0001",
    ]


async def test_antrag_twice_is_filed_once(ingest, rows):
    antrag = await ingest.submit()
    await ingest.say(antrag)
    assert len(await rows("SELECT 1 FROM records.vorgang")) == 1


@pytest.mark.parametrize(
    ("leistung", "region", "word"),
    [("99999999999999", "053580008008", "Leistung"), (("99050012104000"), "091620000000", "Region")],
)
async def test_what_no_rule_places_waits_in_the_posteingang(ingest, rows, leistung, region, word):
    await ingest.submit(leistung=leistung, region=region, files=[("a.txt", "text/plain", b"a")])
    [waiting] = await rows("SELECT grund FROM records.posteingang")
    assert word in waiting.grund
    assert len(await rows("SELECT 1 FROM records.eingang_anlage")) == 2
    assert await rows("SELECT 1 FROM records.vorgang") == []


async def test_longest_region_wins(ingest, rows):
    await ingest.submit(leistung="99129000000000", region="053580008008")
    await ingest.submit(leistung="99129000000000", region="053580012012")
    found = await rows("SELECT aktenzeichen FROM records.akte ORDER BY 1")
    assert [row.aktenzeichen for row in found] == ["66.30#00001", "66.40#00001"]


async def test_rule_for_another_office_makes_its_zustaendigkeit(ingest, rows):
    await ingest.submit(leistung="99012020031000")
    [row] = await rows(
        "SELECT o.schluessel FROM records.akte a JOIN records.zustaendigkeit z ON z.id = a.zustaendigkeit_id"
        " JOIN records.organisationseinheit o ON o.id = z.organisationseinheit_id"
    )
    assert row.schluessel == "66"


async def test_object_that_does_not_match_its_hash_is_refused(ingest, container, rows):
    antrag = await ingest.antrag(files=[("a.txt", "text/plain", b"good")])
    container.store.objects[antrag.anlagen[0].objekt.key] = b"evil"
    with pytest.raises(InvalidMessageError):
        await ingest.say(antrag)
    assert await rows("SELECT 1 FROM records.eingang") == []


async def test_every_write_is_in_the_protokoll(ingest, rows):
    await ingest.submit()
    actions = await rows("SELECT action FROM records.audit_entry WHERE occurred_at IS NOT NULL ORDER BY id")
    assert [row.action for row in actions][-3:] == ["akte.created", "vorgang.created", "dokument.added"]
