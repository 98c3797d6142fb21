"""What the lists of operations are narrowed to: damaged objects, scrub runs, dead letters, Befunde."""

import pytest
from sqlalchemy import text

pytestmark = pytest.mark.usefixtures("demo")
FILLED = """
INSERT INTO records.quarantaene
  SELECT mandant, mandant || '/records/' || gen_random_uuid(), 1, schaden, durch, now()
  FROM (VALUES ('dueren', 'fehlt', 'lesen'), ('dueren', 'groesse', 'prueflauf'), ('nachbarstadt', 'fehlt', 'lesen'))
    AS row (mandant, schaden, durch);
INSERT INTO records.prueflauf
  SELECT 'dueren', gen_random_uuid(), 1, art, status, 1, now(), now(), now(), NULL, 0, 0, 0, 0, 0
  FROM (VALUES ('stichprobe', 'fertig'), ('vollstaendig', 'fertig'), ('vollstaendig', 'laeuft')) AS row (art, status);
INSERT INTO records.dead_letter (mandant, topic, key, ce_id, type, headers, payload, reason, retry_requested)
  SELECT mandant, 't.' || key, key, key, 'x.' || key, '{}', '', 'Test', key = 'a'
  FROM (VALUES ('dueren', 'a'), ('dueren', 'b'), ('dueren', 'c'), ('nachbarstadt', 'd')) AS row (mandant, key)
"""


@pytest.fixture
async def filled(container, demo):
    async with container.system_engine.begin() as connection:
        for statement in FILLED.split(";\n"):
            await connection.execute(text(statement))


@pytest.fixture
def listed(client):
    async def run(name, shown, **query):
        answer = await client.get(f"betrieb/records/{name}", "betrieb", params=query)
        assert answer.status_code == 200, answer.text
        return [item[shown] for item in answer.json()["items"]]

    return run


@pytest.mark.usefixtures("filled")
async def test_damaged_objects_are_narrowed_by_damage_and_by_who_found_them(listed):
    assert sorted(await listed("quarantaene", "schaden")) == ["fehlt", "groesse"]
    assert await listed("quarantaene", "gefunden_durch", schaden="groesse") == ["prueflauf"]
    assert await listed("quarantaene", "schaden", gefunden_durch="lesen") == ["fehlt"]
    assert await listed("quarantaene", "id", gefunden_durch="lesen", schaden="groesse") == []


@pytest.mark.usefixtures("filled")
async def test_runs_are_narrowed_by_kind_and_state(listed):
    assert sorted(await listed("prueflaeufe", "art")) == ["stichprobe", "vollstaendig", "vollstaendig"]
    assert await listed("prueflaeufe", "status", art="stichprobe") == ["fertig"]
    assert await listed("prueflaeufe", "art", status="laeuft") == ["vollstaendig"]
    assert await listed("prueflaeufe", "id", status="laeuft", art="stichprobe") == []


@pytest.mark.usefixtures("filled")
async def test_dead_letters_are_narrowed_by_what_is_shown_of_them(listed):
    assert await listed("dead-letters", "key") == ["a", "b", "c"]
    assert await listed("dead-letters", "key", sort="-created_at") == ["c", "b", "a"]
    for query in ({"topic": "t.b"}, {"key": "b"}, {"type": "x.b"}):
        assert await listed("dead-letters", "key", **query) == ["b"], query
    assert await listed("dead-letters", "key", retry_requested="true") == ["a"]
    assert await listed("dead-letters", "key", retry_requested="false") == ["b", "c"]


async def test_befunde_are_narrowed_by_the_day_of_their_scan(container, ingest, listed):
    await ingest.submit(files=[("a.txt", "text/plain", b"x")])
    async with container.system_engine.begin() as connection:
        await connection.exec_driver_sql(
            "UPDATE records.dokumentversion SET pruefstatus = 'befallen', befund = 'Test',"
            " geprueft_am = '2026-03-02T12:00:00Z' WHERE dateiname = 'a.txt'"
        )
    assert await listed("befunde", "befund", geprueft_ab="2026-03-02", geprueft_bis="2026-03-02") == ["Test"]
    assert await listed("befunde", "befund", geprueft_bis="2026-03-01") == []
    assert await listed("befunde", "befund", geprueft_ab="2026-03-03") == []


@pytest.mark.parametrize("name", ["quarantaene", "prueflaeufe", "dead-letters", "befunde"])
async def test_a_value_that_no_row_can_have_is_refused(client, name):
    filters = {"quarantaene": "schaden", "prueflaeufe": "art", "dead-letters": "retry_requested"}
    for key in (filters.get(name, "geprueft_ab"), "sort", "cursor"):
        answer = await client.get(f"betrieb/records/{name}", "betrieb", params={key: "unsinn"})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/query/{key}"), key
