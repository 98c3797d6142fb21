"""The virus scan from the file that comes in to what is served, told and listed."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from prometheus_client import REGISTRY

from dms.records.v1.dokument_events_pb2 import DokumentAdded, DokumentChanged
from dms_kit.core.errors import UnavailableError
from dms_records import main
from dms_records.adapters.postgres.virenpruefungen import DateienReader
from dms_records.domain.virenpruefung import Virenpruefung
from dms_records.use_cases.record_virenpruefungen import record_virenpruefungen
from dms_records.use_cases.scan_dateien import scan_dateien

pytestmark = pytest.mark.usefixtures("demo")
CLEAN = b"Guten Tag"
FORM = b'{"betreff": "x", "formulardaten": {"beitrag": 12.50}}'
UNPLACED = "99999999999999"


@pytest.fixture
def infected(clamd):
    return b"Achtung " + clamd.MARKER


@pytest.fixture
def extra_settings(clamd):
    return {"virus_scanner": "clamd", "clamd_address": clamd.address, "clamd_seconds": 0.5}


@pytest.fixture
def scan(container):
    async def run():
        return await scan_dateien(container.scanning)

    return run


async def dokument_of(client, who="anna-32"):
    [vorgang] = (await client.get("vorgaenge", who)).json()["items"]
    return (await client.get(f"vorgaenge/{vorgang['id']}/dokumente", who)).json()["items"][1]


def one_file(content, **facts):
    return {"files": [("Nachweis.txt", "text/plain", content)], "form": FORM, **facts}


async def messages(rows, kind, name="Nachweis.txt"):
    found = await rows(f"SELECT payload FROM records.outbox WHERE type LIKE '%.{kind.DESCRIPTOR.name}' ORDER BY id")
    facts = [kind.FromString(row.payload).dokument for row in found]
    return [fact for fact in facts if fact.dateiname == name]


async def test_file_is_withheld_until_it_is_found_clean(client, ingest, scan):
    await ingest.submit(**one_file(CLEAN))
    before = await dokument_of(client)
    assert (before["pruefstatus"], before["geprueft_am"]) == ("nicht_geprueft", None)
    for path in ("inhalt", "versionen/1/inhalt"):
        for method in ("GET", "HEAD"):
            answer = await client.request(method, f"dokumente/{before['id']}/{path}")
            assert (answer.status_code, answer.headers["retry-after"]) == (409, "10")
    answer = await client.get(f"dokumente/{before['id']}/inhalt", headers={"If-None-Match": f'"{before["sha256"]}"'})
    assert answer.json()["type"] == "/problems/inhalt-ungeprueft"
    assert await scan() == 2
    after = await dokument_of(client)
    assert (after["pruefstatus"], after["befund"]) == ("sauber", None)
    assert after["geprueft_am"]
    assert after["etag"] != before["etag"]
    assert (await client.get(f"dokumente/{before['id']}/inhalt")).content == CLEAN
    assert await scan() == 0


async def test_form_data_wait_with_their_file(client, ingest, scan):
    await ingest.submit(**one_file(CLEAN))
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    form = (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"][0]
    assert (await client.get(f"dokumente/{form['id']}/lesefassung")).status_code == 409
    assert (await client.get(f"vorgaenge/{vorgang['id']}")).json()["eingang"]["formulardaten"] is None
    await scan()
    assert (await client.get(f"dokumente/{form['id']}/lesefassung")).status_code == 200
    assert (await client.get(f"vorgaenge/{vorgang['id']}")).json()["eingang"]["formulardaten"] == {"beitrag": 12.5}


async def test_infected_form_data_are_never_told(client, ingest, scan, clamd):
    await ingest.submit(form=b'{"formulardaten": "%s"}' % clamd.MARKER)
    await scan()
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    answer = await client.get(f"vorgaenge/{vorgang['id']}")
    assert answer.json()["eingang"]["formulardaten"] is None
    assert clamd.MARKER.decode() not in answer.text


async def test_infected_file_is_never_served(client, ingest, scan, infected):
    await ingest.submit(**one_file(infected))
    await scan()
    dokument = await dokument_of(client)
    assert (dokument["pruefstatus"], dokument["befund"]) == ("befallen", "Test.Marker.UNOFFICIAL")
    for path in ("inhalt", "versionen/1/inhalt"):
        answer = await client.get(f"dokumente/{dokument['id']}/{path}")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/inhalt-gesperrt")
        assert "retry-after" not in answer.headers


async def test_finding_is_in_the_protokoll(ingest, scan, infected, rows):
    await ingest.submit(**one_file(infected))
    await scan()
    found = await rows(
        "SELECT actor, value FROM records.audit_entry JOIN records.audit_value ON id = entry_id"
        " WHERE action = 'dokument.scanned' AND value LIKE '%befallen%'"
    )
    assert len(found) == 1
    assert "Test.Marker.UNOFFICIAL" in found[0].value
    assert found[0].actor == "system"


async def test_office_lists_its_infected_dokumente(client, ingest, scan, infected):
    for number in range(3):
        await ingest.submit(**one_file(infected + b"%d" % number))
    await ingest.submit(**one_file(CLEAN))
    await ingest.submit(**one_file(infected, mandant="nachbarstadt"))
    await scan()
    first = (await client.get("dokumente?pruefstatus=befallen&limit=2")).json()
    rest = (await client.get("dokumente", params={"pruefstatus": "befallen", "cursor": first["next"]})).json()
    found = [*first["items"], *rest["items"]]
    assert [row["pruefstatus"] for row in found] == ["befallen"] * 3
    assert rest["next"] is None
    assert len({row["id"] for row in found}) == 3
    assert (await client.get("dokumente?pruefstatus=befallen", "dora-50")).json()["items"] == []
    assert len((await client.get("dokumente?pruefstatus=befallen", "anna-nachbarstadt")).json()["items"]) == 1
    assert (await client.get("dokumente?pruefstatus=befallen", "betrieb")).status_code == 403
    assert (await client.get("dokumente")).status_code == 422


async def test_betrieb_lists_findings_without_titles(client, ingest, scan, infected):
    await ingest.submit(**one_file(infected))
    await ingest.submit(**one_file(infected, leistung=UNPLACED))
    await ingest.submit(**one_file(infected, mandant="nachbarstadt"))
    await scan()
    dokument = await dokument_of(client)
    [item] = (await client.get("posteingang", "poststelle")).json()["items"]
    answer = await client.get("betrieb/records/befunde", "betrieb")
    found = {row["id"]: row for row in answer.json()["items"]}
    assert {row["dokument_id"] for row in found.values()} == {dokument["id"], None}
    assert {row["posteingang_id"] for row in found.values()} == {item["id"], None}
    assert {row["befund"] for row in found.values()} == {"Test.Marker.UNOFFICIAL"}
    for word in ("Nachweis", "Anmeldung", dokument["aktenzeichen"]):
        assert word not in answer.text
    for who in ("anna-32", "poststelle"):
        assert (await client.get("betrieb/records/befunde", who)).status_code == 403


async def test_file_in_the_posteingang_is_scanned_before_it_is_served(client, ingest, scan):
    await ingest.submit(**one_file(CLEAN, leistung=UNPLACED))
    [before] = (await client.get("posteingang", "poststelle")).json()["items"]
    path = f"posteingang/{before['id']}/anlagen/{before['anlagen'][0]['id']}/inhalt"
    assert (await client.get(path, "poststelle")).status_code == 409
    await scan()
    [after] = (await client.get("posteingang", "poststelle")).json()["items"]
    assert after["anlagen"][0]["pruefstatus"] == "sauber"
    assert after["etag"] != before["etag"]
    assert (await client.get(path, "poststelle")).content == CLEAN


async def assign(client, item):
    where = {"organisationseinheit": "32", "aktenplaneinheit": "32.20"}
    answer = await client.request(
        "POST", f"posteingang/{item['id']}/assign", "poststelle", json=where, headers={"If-Match": "*"}
    )
    assert answer.status_code == 200


async def test_what_is_filed_by_hand_keeps_its_result_and_is_listed_once(client, ingest, scan, infected, rows):
    await ingest.submit(**one_file(infected, leistung=UNPLACED))
    await scan()
    [item] = (await client.get("posteingang", "poststelle")).json()["items"]
    await assign(client, item)
    dokument = await dokument_of(client)
    assert (dokument["pruefstatus"], dokument["befund"]) == ("befallen", "Test.Marker.UNOFFICIAL")
    found = (await client.get("betrieb/records/befunde", "betrieb")).json()["items"]
    assert [(row["dokument_id"], row["posteingang_id"]) for row in found] == [(dokument["id"], None)]
    [added] = await messages(rows, DokumentAdded)
    assert (added.pruefstatus, added.inhalt_gesperrt, added.pruefung_offen) == ("befallen", True, False)
    assert await scan() == 0


async def test_file_that_is_filed_while_it_is_scanned_gets_its_result_too(client, ingest, container, scan, rows):
    await ingest.submit(**one_file(CLEAN, leistung=UNPLACED))
    [item] = (await client.get("posteingang", "poststelle")).json()["items"]
    waiting = await container.dateien.newest(without=(), limit=9)
    [datei] = [datei for datei in waiting if datei.groesse == len(CLEAN)]
    await assign(client, item)
    assert len(await container.dateien.newest(without=(), limit=9)) == 2
    units = container.units.for_mandant(datei.mandant)
    for _ in range(2):
        results = {datei.objekt_key: Virenpruefung.clean()}
        await record_virenpruefungen(results, unit_of_work=units, clock=container.clock)
    for table in ("dokumentversion", "eingang_anlage"):
        found = await rows(f"SELECT pruefstatus FROM records.{table} WHERE objekt_key = '{datei.objekt_key}'")
        assert [row.pruefstatus for row in found] == ["sauber"]
    assert len(await rows("SELECT 1 FROM records.audit_entry WHERE action = 'dokument.scanned'")) == 1


async def test_others_hear_first_to_wait_and_then_the_result(ingest, scan, infected, rows):
    await ingest.submit(**one_file(CLEAN))
    [added] = await messages(rows, DokumentAdded)
    assert (added.version, added.pruefstatus) == (1, "nicht_geprueft")
    assert (added.inhalt_gesperrt, added.pruefung_offen) == (True, True)
    await scan()
    [changed] = await messages(rows, DokumentChanged)
    assert (changed.id, changed.version, changed.pruefstatus) == (added.id, 2, "sauber")
    assert (changed.inhalt_gesperrt, changed.pruefung_offen) == (False, False)
    await ingest.submit(**one_file(infected))
    await scan()
    last = (await messages(rows, DokumentChanged))[-1]
    assert (last.pruefstatus, last.inhalt_gesperrt, last.pruefung_offen) == ("befallen", True, False)


async def test_files_wait_while_the_scanner_is_away(client, ingest, scan, clamd, container, rows):
    await clamd.stop()
    await ingest.submit(**one_file(CLEAN))
    for _ in range(3):
        with pytest.raises(UnavailableError):
            await scan()
    assert (await dokument_of(client))["pruefstatus"] == "nicht_geprueft"
    assert len(await container.dateien.newest(without=(), limit=9)) == 2
    health = (await client.http.get("/health/ready")).json()
    assert (health["status"], health["abhaengigkeiten"]["virenscanner"]) == ("eingeschraenkt", "eingeschraenkt")
    await clamd.start()
    assert await scan() == 2
    assert (await dokument_of(client))["pruefstatus"] == "sauber"
    assert await rows("SELECT 1 FROM records.dead_letter") == []


async def test_what_waits_and_what_was_found_can_be_measured(ingest, scan, infected, container):
    async def measured():
        await container.dateien.measure()
        return tuple(REGISTRY.get_sample_value(f"dms_virus_{name}") for name in ("waiting", "found"))

    await ingest.submit(**one_file(infected))
    assert await measured() == (2, 0)
    before = REGISTRY.get_sample_value("dms_virus_scans_total", {"outcome": "infected"}) or 0
    await scan()
    assert await measured() == (0, 1)
    assert REGISTRY.get_sample_value("dms_virus_scans_total", {"outcome": "infected"}) == before + 1


async def test_file_at_which_the_scanner_breaks_off_holds_up_no_other(client, ingest, scan, clamd, clock):
    await ingest.submit(files=[("a.txt", "text/plain", CLEAN)])
    clamd.behaviour = "be_silent"
    assert await scan() == 2
    clamd.behaviour = "scan"
    await ingest.submit(leistung=UNPLACED, files=[("b.txt", "text/plain", CLEAN)])
    assert await scan() == 2
    [item] = (await client.get("posteingang", "poststelle")).json()["items"]
    assert item["anlagen"][0]["pruefstatus"] == "sauber"
    assert (await dokument_of(client))["pruefstatus"] == "nicht_geprueft"
    clock.advance(3)
    assert await scan() == 2
    assert (await dokument_of(client))["pruefstatus"] == "sauber"


@pytest.mark.parametrize("change", [lambda _: CLEAN + b"!", lambda _: None], ids=["changed", "lost"])
async def test_other_bytes_than_those_served_are_never_clean(client, ingest, scan, container, change):
    await ingest.submit(**one_file(CLEAN))
    for key, content in list(container.store.objects.items()):
        if content == CLEAN and "/records/" in key:
            changed = change(container.store.objects.pop(key))
            container.store.objects.update({} if changed is None else {key: changed})
    await scan()
    dokument = await dokument_of(client)
    assert dokument["pruefstatus"] == "nicht_geprueft"
    assert dokument["befund"] in {"Der Inhalt passt nicht zur Prüfsumme.", "Der Inhalt ist nicht vorhanden."}
    [damaged] = (await client.get("betrieb/records/quarantaene", "betrieb")).json()["items"]
    assert damaged["gefunden_durch"] == "virenpruefung"


async def test_what_cannot_be_scanned_is_withheld_with_the_reason_until_it_is_scanned_again(
    client, ingest, scan, container, clamd, rows
):
    clamd.stream_max = len(CLEAN) - 1
    await ingest.submit(**one_file(CLEAN))
    await scan()
    dokument = await dokument_of(client)
    answer = await client.get(f"dokumente/{dokument['id']}/inhalt")
    assert (answer.status_code, "retry-after" in answer.headers) == (409, False)
    assert "größer" in answer.json()["detail"]
    [changed] = await messages(rows, DokumentChanged)
    assert (changed.pruefstatus, changed.inhalt_gesperrt, changed.pruefung_offen) == ("nicht_geprueft", True, False)
    listed = (await client.get("betrieb/records/befunde?pruefstatus=nicht_geprueft", "betrieb")).json()["items"]
    assert dokument["id"] in {row["dokument_id"] for row in listed}
    assert await scan() == 0
    clamd.stream_max = 1000
    assert await main.rescan(container) == 2
    assert await scan() == 2
    assert (await client.get(f"dokumente/{dokument['id']}/inhalt")).content == CLEAN


async def test_newest_files_come_first_and_each_once(ingest, container):
    for number in range(3):
        await ingest.submit(files=[(f"{number}.txt", "text/plain", b"%d" % number)])
    newest = await container.dateien.newest(without=(), limit=2)
    assert container.store.objects[newest[0].objekt_key] == b"2"
    others = await container.dateien.newest(without=[newest[0].objekt_key], limit=9)
    assert len(others) == 5
    assert newest[0] not in others


async def test_one_process_scans_and_another_takes_over_when_it_ends(container):
    other = DateienReader(container.system_engine)
    async with container.dateien.alone() as is_alone, other.alone() as is_other_alone:
        assert (is_alone(), is_other_alone()) == (True, False)
    async with other.alone() as is_other_alone:
        assert is_other_alone()


@asynccontextmanager
async def running(container):
    stop = asyncio.Event()
    task = asyncio.create_task(main.run_consumers(container, stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)


async def until(condition, seconds=60):
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


async def test_consumers_scan_what_comes_in_and_survive_a_scanner_that_goes_away(client, ingest, container, clamd):
    async def is_clean():
        return not await container.dateien.newest(without=(), limit=9)

    async with running(container):
        await ingest.submit(**one_file(CLEAN))
        await until(is_clean)
        await clamd.stop()
        await ingest.submit(leistung=UNPLACED, files=[("b.txt", "text/plain", CLEAN)])
        await asyncio.sleep(1)
        assert not await is_clean()
        await clamd.start()
        await until(is_clean)
    assert (await dokument_of(client))["pruefstatus"] == "sauber"


async def test_a_silent_scanner_does_not_hold_up_the_end(ingest, container, clamd):
    clamd.behaviour = "be_silent"
    container.scanning.scanner._seconds = 600
    await ingest.submit(**one_file(CLEAN))
    async with running(container):
        await asyncio.sleep(1)


class TestServedUnscanned:
    @pytest.fixture
    def extra_settings(self, extra_settings):
        return {**extra_settings, "virus_unscanned": "served"}

    async def test_unscanned_file_is_served_infected_never_and_read_by_nobody_else(
        self, client, ingest, scan, clamd, rows
    ):
        content = b"served " + clamd.MARKER
        await ingest.submit(**one_file(content))
        dokument = await dokument_of(client)
        assert (await client.get(f"dokumente/{dokument['id']}/inhalt")).content == content
        [added] = await messages(rows, DokumentAdded)
        assert (added.inhalt_gesperrt, added.pruefung_offen) == (True, True)
        await scan()
        assert (await client.get(f"dokumente/{dokument['id']}/inhalt")).status_code == 409


class TestWithoutScanner:
    @pytest.fixture
    def extra_settings(self):
        return {}

    async def test_everything_is_as_without_this_feature(self, client, ingest, container, rows):
        await ingest.submit(**one_file(CLEAN))
        dokument = await dokument_of(client)
        assert (await client.get(f"dokumente/{dokument['id']}/inhalt")).content == CLEAN
        [added] = await messages(rows, DokumentAdded)
        assert (added.inhalt_gesperrt, added.pruefung_offen) == (False, False)
        assert container.scanning is None
        assert "virenscanner" not in (await client.http.get("/health/ready")).json()["abhaengigkeiten"]
