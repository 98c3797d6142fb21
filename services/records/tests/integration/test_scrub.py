"""The scrubber over a real database and a real file system: it finds what is damaged, and only that."""

import random
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from dms_kit.adapters.filesystem_store import FilesystemStore
from dms_kit.core.errors import UnavailableError
from dms_kit.fixity.runs import Prueflaufart
from dms_kit.ports.object_store import BLOCK_SIZE

pytestmark = pytest.mark.usefixtures("demo")
FULL, SAMPLE = Prueflaufart.VOLLSTAENDIG, Prueflaufart.STICHPROBE
RUNS = "betrieb/records/prueflaeufe"
FLIPS, TRUNCATIONS, DELETIONS, WHOLE = 50, 20, 10, 10
SEED = 20261130


@pytest.fixture
def extra_settings():
    return {"scrub_mib_per_second": 0}


@pytest.fixture
async def object_store(tmp_path):
    store = FilesystemStore(tmp_path / "objects")
    yield store
    await store.close()


@pytest.fixture
def path_of(tmp_path):
    def path(key):
        mandant, service, name = key.split("/")
        return tmp_path / "objects" / mandant / service / name[-2:] / name

    return path


def contents(count, chance):
    """Return that many different files: most small, each tenth of several blocks."""
    sizes = [2 * BLOCK_SIZE + 11 if number % 10 == 0 else chance.randrange(2, 60_000) for number in range(count)]
    return [chance.randbytes(size) for size in sizes]


@pytest.fixture
async def files(ingest, rows):
    """Return (key, content) of each file of a Dokument, and the id of its Dokument, in no order that matters."""
    given = contents(FLIPS + TRUNCATIONS + DELETIONS + WHOLE, random.Random(SEED))
    for start in range(0, len(given), 30):
        part = given[start : start + 30]
        await ingest.submit(files=[(f"{start + n}.bin", "application/x-y", one) for n, one in enumerate(part)])
    found = await rows(
        "SELECT v.objekt_key, v.dokument_id, v.dateiname FROM records.dokumentversion v WHERE v.dateiname LIKE '%.bin'"
    )
    return [(row.objekt_key, given[int(row.dateiname.removesuffix(".bin"))], row.dokument_id) for row in found]


def damage(files, path_of, chance):
    """Flip a bit of 50 files, cut 20 and delete 10; return what the scrubber has to say of each."""
    chosen = chance.sample(files, FLIPS + TRUNCATIONS + DELETIONS)
    expected = {}
    for number, (key, content, _) in enumerate(chosen):
        path = path_of(key)
        path.chmod(0o640)
        if number < FLIPS:
            changed = bytearray(content)
            changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            path.write_bytes(changed)
            expected[key] = "pruefsumme"
        elif number < FLIPS + TRUNCATIONS:
            path.write_bytes(content[: chance.randrange(len(content))])
            expected[key] = "groesse"
        else:
            path.unlink()
            expected[key] = "fehlt"
    return expected


async def finished(container, art=FULL):
    lauf = await container.scrubber.claim("dueren", art)
    while lauf.is_open:
        lauf = await container.scrubber.step(lauf)
    return lauf


async def test_eighty_of_eighty_damages_are_found_and_nothing_else(container, files, path_of, rows, client):
    expected = damage(files, path_of, random.Random(SEED + 1))
    lauf = await finished(container)
    found = {one.objekt_key: one.schaden for one in await container.fixity_reader.quarantined()}
    assert len(found) == lauf.schaeden == 80
    assert found == expected
    assert lauf.geprueft == lauf.anzahl == lauf.erwartet > 80
    entries = await rows("SELECT count(*) FROM records.audit_entry WHERE action = 'objekt.quarantined'")
    assert entries[0].count == 80
    for key, content, dokument_id in files:
        answer = await client.get(f"dokumente/{dokument_id}/inhalt")
        if key in expected:
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/inhalt-beschaedigt")
        else:
            assert answer.content == content


async def test_not_one_damaged_block_is_served(container, app, files, path_of, served_over_a_socket):
    expected = damage(files, path_of, random.Random(SEED + 2))
    broken_off = 0
    async with served_over_a_socket(app) as read_all:
        for key, content, dokument_id in files:
            status, promised, received, is_whole = await read_all(f"dokumente/{dokument_id}/inhalt", {})
            if key not in expected:
                assert (status, received) == (200, content)
            elif status == 503:
                assert b"inhalt-beschaedigt" in received
            else:
                broken_off += 1
                assert (is_whole, promised) == (False, len(content))
                assert len(received) % BLOCK_SIZE == 0
                assert content.startswith(received)
    assert broken_off
    assert {one.objekt_key for one in await container.fixity_reader.quarantined()} == set(expected)


async def test_a_run_goes_on_where_a_killed_process_left_it(container, files, path_of, clock, monkeypatch):
    expected = damage(files, path_of, random.Random(SEED + 3))
    monkeypatch.setattr("dms_kit.fixity.scrubber._PAGE", 20)
    lauf = await container.scrubber.claim("dueren", FULL)
    first = await container.scrubber.step(lauf)
    assert 0 < first.anzahl < first.erwartet
    container.scrubber._own.clear()  # what a new process knows
    await container.scrubber.round()
    assert (await current(container)).anzahl == first.anzahl
    clock.advance(16 * 60)
    while await container.scrubber.round():
        pass
    done = await current(container)
    assert (done.id, done.status, done.anzahl) == (first.id, "fertig", first.erwartet)
    assert done.schaeden == len(expected) == len(await container.fixity_reader.quarantined())


async def current(container, art=FULL):
    async with container.units.for_mandant("dueren")() as uow:
        return await uow.runs.newest(art)


async def test_of_two_processes_with_one_run_only_one_counts(container, ingest, rows):
    await ingest.submit()
    lauf = await container.scrubber.claim("dueren", FULL)
    taken = await container.scrubber.claim("dueren", FULL)
    assert taken.id == lauf.id
    assert await container.scrubber.step(lauf) is None
    assert (await container.scrubber.step(taken)).anzahl == 1


async def test_runs_begin_when_they_are_due(container, ingest, clock, rows):
    assert await container.scrubber.round() is False
    await ingest.submit()

    async def begun():
        found = await rows("SELECT art, count(*) FROM records.prueflauf WHERE mandant = 'dueren' GROUP BY art")
        return {row.art: row.count for row in found}

    await container.scrubber.round()
    assert await begun() == {"vollstaendig": 1, "stichprobe": 1}
    clock.advance(timedelta(hours=23).total_seconds())
    await container.scrubber.round()
    assert await begun() == {"vollstaendig": 1, "stichprobe": 1}
    clock.advance(timedelta(hours=1).total_seconds())
    await container.scrubber.round()
    assert await begun() == {"vollstaendig": 1, "stichprobe": 2}
    clock.advance(timedelta(days=29).total_seconds())
    await container.scrubber.round()
    assert (await begun())["vollstaendig"] == 2


async def test_a_store_that_is_away_ends_no_run_and_damages_nothing(container, ingest, object_store, monkeypatch):
    await ingest.submit()

    async def away():
        raise UnavailableError

    def read(*_args, **_options):
        raise UnavailableError

    with monkeypatch.context() as patched:
        patched.setattr(object_store, "ping", away)
        patched.setattr(object_store, "read", read)
        with pytest.raises(UnavailableError):
            await container.scrubber.round()
    assert await container.fixity_reader.quarantined() == []
    await container.scrubber.round()
    assert (await current(container)).status == "fertig"


async def test_operations_order_a_run_and_see_its_progress(container, client, ingest):
    await ingest.submit(files=[("a.txt", "text/plain", b"a")])
    ordered = await client.request("POST", RUNS, "betrieb", json={"art": "vollstaendig"})
    assert ordered.status_code == 202
    again = await client.request("POST", RUNS, "betrieb", json={})
    assert again.json()["id"] == ordered.json()["id"]
    path = ordered.headers["location"].removeprefix("/api/v1/")
    assert (await client.get(path, "betrieb")).json()["status"] == "laeuft"
    await container.scrubber.round()
    done = (await client.get(path, "betrieb")).json()
    assert (done["status"], done["geprueft"], done["erwartet"], done["schaeden"]) == ("fertig", 2, 2, 0)
    assert [run["id"] for run in (await client.get(RUNS, "betrieb", params={"limit": 1})).json()["items"]]
    assert (await client.get(path, "betrieb-nachbarstadt")).status_code == 404
    assert (await client.request("POST", RUNS, "anna-32", json={})).status_code == 403
    assert (await client.request("POST", RUNS, "betrieb", json={"art": "x"})).status_code == 422


async def test_progress_and_quarantine_are_measured(container, files, path_of):
    damage(files, path_of, random.Random(SEED + 4))
    lauf = await container.scrubber.claim("dueren", FULL)
    await container.fixity_reader.measure()
    labels = {"service": "records", "kind": "vollstaendig"}
    assert REGISTRY.get_sample_value("dms_scrub_progress", labels) == 0
    while lauf.is_open:
        lauf = await container.scrubber.step(lauf)
    await container.fixity_reader.measure()
    assert REGISTRY.get_sample_value("dms_scrub_progress", labels) == 1
    assert REGISTRY.get_sample_value("dms_objects_quarantined", {"service": "records"}) == 80
    assert REGISTRY.get_sample_value("dms_scrub_finished_seconds", labels) == lauf.beendet_am.timestamp()
