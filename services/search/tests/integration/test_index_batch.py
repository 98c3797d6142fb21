"""What is indexed is said once, whatever comes again; the tables belong to one Mandant each."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

from dms.search.v1.dokument_events_pb2 import DokumentIndexed
from dms_kit.core.actor import system_actor
from dms_kit.database import set_mandant
from dms_kit.migrations import differences
from dms_search.adapters.postgres.tables import metadata
from dms_search.bus.outgoing import to_message
from dms_search.domain.events import RepublishRequested
from dms_search.domain.indexlauf import Indexlauf, IndexlaufStatus


async def outbox(service) -> list[DokumentIndexed]:
    async with service.container.system_engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT payload FROM search.outbox WHERE type = 'dms.search.v1.DokumentIndexed' ORDER BY id")
        )
        return [DokumentIndexed.FromString(row.payload) for row in rows]


async def test_every_dokument_is_reported_indexed_once_and_unreadable_ones_with_the_reason(found) -> None:
    antrag = uuid4()
    good = await found.facts.dokument(b"Bernstein", antrag_id=str(antrag), version=3)
    bad = await found.facts.dokument(b"\x00\x01", mime_type="image/png", dateiname="Basalt.png")
    wrong = await found.facts.dokument(b"Bernstein", sha256="0" * 64)
    gone = await found.facts.dokument(b"Bernstein", objekt_key="dueren/records/01980000-0000-7000-8000-000000000000")
    await found.until_quiet()
    said = {UUID(body.dokument_id): body for body in await outbox(found)}
    assert said.keys() == {good, bad, wrong, gone}
    assert (said[good].version, said[good].antrag_id, said[good].nur_metadaten_grund) == (3, str(antrag), "")
    assert "Dateiformat" in said[bad].nur_metadaten_grund
    assert "Prüfsumme" in said[wrong].nur_metadaten_grund
    assert said[gone].nur_metadaten_grund
    assert (await found.suche("basalt"))["items"][0]["id"] == str(bad)
    assert (await found.suche("bernstein"))["anzahl"] == 1


async def test_a_file_is_read_after_its_scan_and_reported_indexed_only_then(found) -> None:
    waiting = {"inhalt_gesperrt": True, "pruefung_offen": True}
    clean = await found.facts.dokument(b"Bernstein", titel="Findling", **waiting)
    infected = await found.facts.dokument(b"Bernstein", titel="Findling", **waiting)
    await found.until_quiet()
    assert (await found.suche("findling"))["anzahl"] == 2
    assert (await found.suche("bernstein"))["anzahl"] == 0
    assert await outbox(found) == []
    await found.facts.dokument_changed(clean, pruefstatus="sauber", inhalt_gesperrt=False, pruefung_offen=False)
    await found.facts.dokument_changed(infected, pruefstatus="befallen", inhalt_gesperrt=True, pruefung_offen=False)
    await found.until_quiet()
    assert [hit["id"] for hit in (await found.suche("bernstein"))["items"]] == [str(clean)]
    assert (await found.suche("findling"))["anzahl"] == 2
    said = {UUID(body.dokument_id): body for body in await outbox(found)}
    assert {row: body.version for row, body in said.items()} == {clean: 2, infected: 2}
    assert said[clean].nur_metadaten_grund == ""
    assert "befallen" in said[infected].nur_metadaten_grund


async def test_text_of_a_file_that_is_found_infected_later_leaves_the_index(found) -> None:
    row = await found.facts.dokument(b"Bernstein", titel="Findling")
    await found.until_quiet()
    assert (await found.suche("bernstein"))["anzahl"] == 1
    await found.facts.dokument_changed(row, pruefstatus="befallen", inhalt_gesperrt=True)
    await found.until_quiet()
    assert (await found.suche("bernstein"))["anzahl"] == 0
    assert (await found.suche("findling"))["anzahl"] == 1


async def test_a_batch_that_comes_again_has_no_second_effect(found) -> None:
    await found.facts.dokument(b"Bernstein")
    await found.until_quiet()
    dsn = found.container.settings.bus_database_url.replace("+asyncpg", "")
    connection = await asyncpg.connect(dsn)
    await connection.execute("UPDATE bus.group_position SET position = 0 WHERE group_name = 'search'")
    await connection.execute(
        "INSERT INTO bus.message (topic, key, value, headers) SELECT topic, key, value, headers FROM bus.message"
        " WHERE topic LIKE 'dms.records.%'"
    )
    await connection.close()
    await found.facts.vorgang("Wort danach")
    async with asyncio.timeout(20):
        while (await found.suche("danach"))["anzahl"] == 0:
            await asyncio.sleep(0.1)
    assert len(await outbox(found)) == 1
    assert (await found.suche("bernstein"))["anzahl"] == 1


async def test_a_broken_message_becomes_a_dead_letter_and_the_rest_goes_on(found) -> None:
    await found.facts.vorgang("Wort eins")
    await found.facts.vorgang("Wort ohne Akte", akte_id="keine")
    await found.facts.vorgang("Wort zwei")
    await found.until_quiet()
    assert (await found.suche("wort"))["anzahl"] == 2
    answer = await found.get("/api/v1/betrieb/search/dead-letters", "betrieb-00")
    assert [letter["type"] for letter in answer.json()["items"]] == ["dms.records.v1.VorgangCreated"]


async def test_indexiert_bis_is_the_time_of_the_newest_fact_while_others_wait(service) -> None:
    async with service.with_records(), service.running():
        await service.facts.organisation()
        await service.facts.vorgang("Wort")
        await service.until_indexed()
    await service.facts.vorgang("Wort wartet")
    first = (await service.suche("wort"))["indexiert_bis"]
    await asyncio.sleep(0.6)
    second = (await service.suche("wort"))["indexiert_bis"]
    assert first == second
    async with service.running():
        await service.until_quiet()
        assert (await service.suche("wort"))["indexiert_bis"] > second


async def test_the_migrated_schema_is_that_of_the_tables(service_urls) -> None:
    assert await differences(service_urls("search").system, metadata) == []


async def test_the_app_role_sees_only_rows_of_its_mandant(service) -> None:
    container = service.container
    for mandant in ("dueren", "nachbarstadt"):
        async with container.units.for_mandant(mandant)() as uow:
            lauf = Indexlauf(
                mandant=mandant, id=uuid4(), status=IndexlaufStatus.FERTIG, angefordert_am=container.clock.now()
            )
            uow.indexlaeufe.add(lauf)
            await uow.indexstaende.put(container.clock.now())
            await uow.commit()
    for table in ("indexlauf", "indexstand"):
        async with container.engine.connect() as connection:
            assert (await connection.execute(text(f"SELECT count(*) FROM search.{table}"))).scalar_one() == 0
            await set_mandant(connection, "dueren")
            rows = await connection.execute(text(f"SELECT mandant FROM search.{table}"))
            assert rows.scalars().all() == ["dueren"]
        async with container.system_engine.connect() as connection:
            assert (await connection.execute(text(f"SELECT count(*) FROM search.{table}"))).scalar_one() == 2


async def test_a_run_is_requested_from_the_owners_for_this_group() -> None:
    row = uuid4()
    outgoing = to_message(RepublishRequested(row))
    assert (outgoing.key, outgoing.body.gruppe, outgoing.body.lauf_id) == (str(row), "search", str(row))


@pytest.mark.parametrize("mandant", ["dueren", "nachbarstadt"])
async def test_progress_never_goes_back(service, mandant) -> None:
    units = service.container.units.for_actor(system_actor(mandant))
    now = service.container.clock.now()
    async with units() as uow:
        assert await uow.indexstaende.get() is None
        await uow.indexstaende.put(now)
        await uow.commit()
    async with units() as uow:
        await uow.indexstaende.put(now.replace(year=2000))
        await uow.commit()
    async with units() as uow:
        assert await uow.indexstaende.get() == now
