"""A reorganisation over HTTP: rights follow at once, files stay as they are, all of it or nothing."""

import asyncio
import json

import pytest
from sqlalchemy import event, text

from dms.records.v1.organisation_events_pb2 import ZustaendigkeitChanged
from dms_records.domain.organisation_errors import OrganisationseinheitClosedError
from dms_records.use_cases.apply_gemeinde import apply_gemeinde

pytestmark = pytest.mark.usefixtures("demo")
PLAN = "aktenplan"
MERGE = [
    {"art": "create", "schluessel": "57", "name": "Amt für Bürger und Soziales", "uebergeordnet": "00"},
    {"art": "merge", "von": ["32", "50"], "nach": "57"},
]
HISTORY = "SELECT * FROM records.zustaendigkeit_historie"


async def reorganise(client, schritte, who=PLAN, *, headers=None, **more):
    body = {"grund": "Ratsbeschluss 2026/118", "schritte": schritte, **more}
    return await client.request("POST", "reorganisationen", who, json=body, headers=headers or {})


async def done(client, schritte, **more):
    answer = await reorganise(client, schritte, **more)
    assert answer.status_code == 201, answer.text
    # The scopes of requests are at most a second old.
    await asyncio.sleep(1.1)
    return answer.json()


async def seen(client, who, noun="vorgaenge"):
    return [item["aktenzeichen"] for item in (await client.get(f"{noun}?limit=200", who)).json()["items"]]


async def state(rows):
    """Everything that a reorganisation must not touch, with the version of each row."""
    tables = ("akte", "vorgang", "dokument", "dokumentversion", "aktenzeichen_zaehler")
    return [await rows(f"SELECT xmin::text, * FROM records.{table} ORDER BY 3") for table in tables]


async def test_merged_offices_files_are_the_new_ones_and_nobody_elses(client, ingest):
    await ingest.submit(betreff="Anmeldung")
    before = (await client.get("vorgaenge", "anna-32")).json()["items"][0]
    answer = await done(client, MERGE)
    assert await seen(client, "anna-32") == await seen(client, "dora-50") == []
    assert (await client.get(f"vorgaenge/{before['id']}", "anna-32")).status_code == 404
    after = (await client.get("vorgaenge", "neu-57")).json()["items"][0]
    assert after == {**before, "federfuehrende_oe": "57"}
    assert answer["ergebnis"]["anzahl"]["akten"] == 1
    assert (await client.get(f"reorganisationen/{answer['id']}")).json() == answer
    [listed] = (await client.get("reorganisationen")).json()["items"]
    assert (listed["id"], listed["anzahl"]) == (answer["id"], answer["ergebnis"]["anzahl"])


async def test_no_file_is_touched_and_no_number_changes(client, ingest, rows):
    for _ in range(3):
        await ingest.submit(files=[("a.txt", "text/plain", b"a")])
    before = await state(rows)
    await done(client, MERGE)
    assert await state(rows) == before


async def test_new_files_go_on_in_the_row_of_numbers_of_their_unit(client, ingest):
    await ingest.submit()
    await done(client, MERGE)
    await ingest.submit()
    assert sorted(await seen(client, "neu-57")) == ["32.20#00001#0001", "32.20#00002#0001"]


async def test_split_office_reads_only_its_own_part(client, ingest):
    await ingest.submit()
    await ingest.submit(leistung="99102013")
    steps = [
        {"art": "split", "von": "32", "teile": [{"nach": "61", "aktenplaneinheiten": ["32.10"]}], "rest": "50"},
    ]
    answer = await done(client, steps)
    assert [number[:5] for number in await seen(client, "leitung-61")] == ["32.10"]
    assert [number[:5] for number in await seen(client, "dora-50")] == ["32.20"]
    assert await seen(client, "anna-32") == []
    hands = {row["aktenplaneinheit"]: (row["nach"], row["akten"]) for row in answer["ergebnis"]["zustaendigkeiten"]}
    assert (hands["32.10"], hands["32.20"], hands["32"]) == (("61", 1), ("50", 1), ("50", 0))


async def test_dry_run_counts_what_the_real_run_does_and_changes_nothing(client, ingest, rows):
    await ingest.submit(files=[("a.txt", "text/plain", b"a")])
    tables = ("organisationseinheit", "zustaendigkeit", "aktenplaneinheit", "ablageregel", "outbox", "audit_entry")
    read = [f"SELECT count(*), max(xmin::text::bigint) FROM records.{table}" for table in tables]
    before = [await rows(statement) for statement in read]
    dry = await reorganise(client, MERGE, probelauf=True)
    assert (dry.status_code, dry.json()["probelauf"]) == (200, True)
    assert "location" not in dry.headers
    assert [await rows(statement) for statement in read] == before
    assert (await client.get("reorganisationen")).json()["items"] == []
    real = await done(client, MERGE)
    assert real["ergebnis"] == dry.json()["ergebnis"]
    assert {name: real["ergebnis"]["anzahl"][name] for name in ("akten", "vorgaenge", "dokumente")} == {
        "akten": 1,
        "vorgaenge": 1,
        "dokumente": 2,
    }


@pytest.mark.parametrize(
    "schritte",
    [
        [
            {"art": "merge", "von": ["56"], "nach": "50"},
            {
                "art": "split",
                "von": "50",
                "teile": [
                    {"nach": "61", "aktenplaneinheiten": ["50.20"]},
                    {"nach": "66", "aktenplaneinheiten": ["50"]},
                ],
                "bleibt": True,
            },
        ],
        [
            {"art": "merge", "von": ["00"], "nach": "10"},
            {"art": "rename", "organisationseinheit": "56", "name": "Amt für Ehrenamt"},
        ],
    ],
    ids=["given and taken in", "renamed and moved"],
)
async def test_office_that_two_steps_touch_is_saved_as_the_dry_run_says(client, schritte):
    dry = await reorganise(client, schritte, probelauf=True)
    real = await reorganise(client, schritte)
    assert (dry.status_code, real.status_code) == (200, 201), real.text
    assert real.json()["ergebnis"] == dry.json()["ergebnis"]
    again = await reorganise(client, schritte[::-1], probelauf=True)
    assert again.status_code == 409


async def test_one_entry_of_the_protokoll_lists_and_counts_everything(client, ingest, rows):
    await ingest.submit()
    [last] = await rows("SELECT max(id) AS id FROM records.audit_entry")
    answer = await done(client, MERGE)
    [entry] = await rows("SELECT * FROM records.audit_entry WHERE id > :last", last=last.id)
    assert (entry.action, entry.actor, str(entry.object_id)) == (
        "reorganisation.performed",
        "sub-aktenplan",
        answer["id"],
    )
    [value] = await rows("SELECT value FROM records.audit_value WHERE entry_id = :entry", entry=entry.id)
    told = json.loads(value.value)
    assert json.loads(told["ergebnis"]) == answer["ergebnis"]
    assert (told["akten"], told["grund"]) == (1, "Ratsbeschluss 2026/118")


async def test_history_says_who_was_responsible_when(client, clock):
    clock.advance(86_400 * 10)
    [row] = (await client.get("zustaendigkeiten?aktenplaneinheit=50.20")).json()["items"]
    answer = await done(client, MERGE)
    now, before = (await client.get(f"zustaendigkeiten/{row['id']}/historie")).json()["items"]
    assert (before["organisationseinheit"], before["gueltig_von"]) == ("50", row["gueltig_von"])
    assert before["gueltig_bis"] == now["gueltig_von"] == answer["wirksam_ab"]
    assert (now["organisationseinheit"], now["gueltig_bis"]) == ("57", None)
    assert before["reorganisation_id"] == answer["id"]


async def test_history_of_the_plan_says_so_too(client):
    answer = await done(client, MERGE)
    assert {row["schluessel"] for row in answer["ergebnis"]["aktenplaneinheiten"]} == {"32", "50"}
    plan = (await client.get("aktenplan")).json()["items"]
    unit = next(unit for unit in plan if unit["schluessel"] == "50")
    assert unit["organisationseinheit"] == "57"
    states = (await client.get(f"aktenplan/{unit['id']}/historie")).json()["items"]
    assert [state["anlass"] for state in states][:1] == ["reorganisiert"]


async def test_other_services_hear_of_each_zustaendigkeit_at_its_new_version(client, rows):
    [last] = await rows("SELECT max(id) AS id FROM records.outbox")
    answer = await done(client, MERGE)
    told = await rows("SELECT type, payload FROM records.outbox WHERE id > :last", last=last.id)
    facts = [
        ZustaendigkeitChanged.FromString(row.payload) for row in told if row.type.endswith("ZustaendigkeitChanged")
    ]
    assert {fact.version for fact in facts} == {2}
    assert len(facts) == answer["ergebnis"]["anzahl"]["zustaendigkeiten"]
    offices = [row for row in told if row.type.endswith("OrganisationseinheitChanged")]
    assert len(offices) == 3
    stored = await rows("SELECT id, version, organisationseinheit_id FROM records.zustaendigkeit WHERE version = 2")
    assert {(fact.id, fact.organisationseinheit_id) for fact in facts} == {
        (str(row.id), str(row.organisationseinheit_id)) for row in stored
    }


async def test_rule_and_posteingang_that_know_the_old_office_go_on_working(client, ingest):
    await ingest.submit(leistung="99999999999999")
    [item] = (await client.get("posteingang", "poststelle")).json()["items"]
    await done(client, MERGE)
    path, headers = f"posteingang/{item['id']}/assign", {"If-Match": "*"}
    body = {"organisationseinheit": "50", "aktenplaneinheit": "50.20"}
    refused = await client.request("POST", path, "poststelle", json=body, headers=headers)
    assert refused.status_code in {409, 422}
    assert "50" in refused.text
    filed = await client.request(
        "POST", path, "poststelle", json={**body, "organisationseinheit": "57"}, headers=headers
    )
    assert filed.status_code == 200
    await ingest.submit(leistung="99107023")
    assert sorted(number[:5] for number in await seen(client, "neu-57")) == ["50.20", "50.20"]


async def test_merged_rows_of_one_unit_share_a_reader_and_one_takes_new_files(client, ingest, rows):
    await ingest.submit(leistung="99999999999999")
    [item] = (await client.get("posteingang", "poststelle")).json()["items"]
    body = {"organisationseinheit": "50", "aktenplaneinheit": "32.20"}
    path = f"posteingang/{item['id']}/assign"
    await client.request("POST", path, "poststelle", json=body, headers={"If-Match": "*"})
    await ingest.submit()
    await done(client, [{"art": "merge", "von": ["50"], "nach": "32"}])
    assert len(await seen(client, "anna-32")) == 2
    rows_of = (await client.get("zustaendigkeiten?aktenplaneinheit=32.20")).json()["items"]
    assert sorted((row["organisationseinheit"], row["aufnehmend"]) for row in rows_of) == [("32", False), ("32", True)]
    await ingest.submit()
    taking = next(row["id"] for row in rows_of if row["aufnehmend"])
    newest = await rows("SELECT zustaendigkeit_id FROM records.akte ORDER BY aktenzeichen DESC LIMIT 1")
    assert str(newest[0].zustaendigkeit_id) == taking


async def test_ended_office_gets_no_new_zustaendigkeit(client, container, rows):
    await done(client, MERGE)
    [office] = await rows("SELECT id FROM records.organisationseinheit WHERE schluessel = '50' AND mandant = 'dueren'")
    [unit] = await rows("SELECT id FROM records.aktenplaneinheit WHERE schluessel = '61.10' AND mandant = 'dueren'")
    async with container.units.for_mandant("dueren")() as uow:
        with pytest.raises(OrganisationseinheitClosedError):
            await uow.organisation.obtain_zustaendigkeit(unit.id, office.id, today=container.clock.now().date())


async def test_filing_waits_for_a_reorganisation_that_runs(client, ingest, container):
    await ingest.submit(leistung="99999999999999")
    [item] = (await client.get("posteingang", "poststelle")).json()["items"]
    body, headers = {"organisationseinheit": "66", "aktenplaneinheit": "32.20"}, {"If-Match": "*"}
    path = f"posteingang/{item['id']}/assign"
    async with container.units.for_mandant("dueren")() as uow:
        await uow.organisation.lock()
        filing = asyncio.create_task(client.request("POST", path, "poststelle", json=body, headers=headers))
        await asyncio.sleep(1)
        assert not filing.done()
    assert (await filing).status_code == 200


async def test_repeated_order_is_carried_out_once(client, rows):
    headers = {"Idempotency-Key": "r-1"}
    first = await reorganise(client, MERGE, headers=headers)
    again = await reorganise(client, MERGE, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["location"] == first.headers["location"]
    assert len(await rows("SELECT 1 FROM records.reorganisation")) == 1


async def test_two_orders_at_once_are_carried_out_one_after_the_other(client, rows):
    orders = [[{"art": "merge", "von": ["50"], "nach": "61"}], [{"art": "merge", "von": ["50"], "nach": "66"}]]
    answers = await asyncio.gather(*(reorganise(client, order) for order in orders * 2))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(await rows("SELECT 1 FROM records.reorganisation")) == 1


@pytest.mark.parametrize(
    ("schritte", "status", "code"),
    [
        ([{"art": "merge", "von": ["50", "50"], "nach": "61"}], 422, "reorganisation-mehrdeutig"),
        ([{"art": "merge", "von": ["50"], "nach": "50"}], 422, "reorganisation-mehrdeutig"),
        ([{"art": "close", "organisationseinheit": "99"}], 409, "organisationseinheit-unbekannt"),
        ([{"art": "close", "organisationseinheit": "50"}], 409, "organisationseinheit-belegt"),
        ([{"art": "move", "organisationseinheit": "00", "uebergeordnet": "50"}], 409, "organisationseinheit-kreis"),
        ([{"art": "explode", "organisationseinheit": "50"}], 422, "eingabe-ungueltig"),
        ([{"art": "merge", "von": [], "nach": "61"}], 422, "eingabe-ungueltig"),
        ([], 422, "eingabe-ungueltig"),
    ],
)
async def test_refused_order_leaves_nothing_behind(client, rows, schritte, status, code):
    before = await rows("SELECT xmin::text, * FROM records.organisationseinheit ORDER BY schluessel")
    good = [{"art": "rename", "organisationseinheit": "66", "name": "Tiefbau"}, *MERGE[:1]]
    answer = await reorganise(client, [*good, *schritte] if schritte else [])
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")
    assert await rows("SELECT xmin::text, * FROM records.organisationseinheit ORDER BY schluessel") == before
    assert await rows(HISTORY) == []
    assert await rows("SELECT 1 FROM records.reorganisation") == []


async def test_named_twice_is_said_with_its_place(client):
    answer = await reorganise(client, [{"art": "merge", "von": ["50", "32", "50"], "nach": "61"}])
    [fault] = answer.json()["errors"]
    assert fault["pointer"] == "/schritte/0/von/2"
    assert "/schritte/0/von/0" in fault["detail"]


@pytest.mark.parametrize(
    ("day", "status", "code"),
    [("1999-01-01", 409, "organisationseinheit-geschlossen"), ("2999-01-01", 422, "eingabe-ungueltig")],
)
async def test_day_is_neither_before_what_is_nor_to_come(client, day, status, code):
    answer = await reorganise(client, [{"art": "merge", "von": ["50"], "nach": "61"}], wirksam_ab=day)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")


async def test_change_dated_before_the_last_one_overlaps(client, clock):
    first = clock.now().date().isoformat()
    clock.advance(86_400 * 10)
    await done(client, [{"art": "merge", "von": ["50"], "nach": "61"}])
    answer = await reorganise(client, [{"art": "merge", "von": ["61"], "nach": "66"}], wirksam_ab=first)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/zeitraum-ueberschneidet")


@pytest.mark.parametrize("probelauf", [True, False])
async def test_change_dated_before_the_last_one_of_a_unit_of_the_plan_overlaps(client, clock, probelauf):
    first = clock.now().date().isoformat()
    clock.advance(86_400 * 10)
    unit = next(unit for unit in (await client.get("aktenplan")).json()["items"] if unit["schluessel"] == "56")
    path, body = f"aktenplan/{unit['id']}", {"json": {"organisationseinheit": "66"}, "headers": {"If-Match": "*"}}
    assert (await client.request("PATCH", path, PLAN, **body)).status_code == 200
    teile = [{"nach": "61", "aktenplaneinheiten": ["56"]}]
    split = [{"art": "split", "von": "66", "teile": teile, "bleibt": True}]
    answer = await reorganise(client, split, wirksam_ab=first, probelauf=probelauf)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/zeitraum-ueberschneidet")
    days = [row["wirksam_ab"] for row in (await client.get(f"{path}/historie")).json()["items"]]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("who", ["anna-32", "chefin-00", "poststelle", "betrieb"])
async def test_only_the_role_aktenplan_reorganises(client, who):
    assert (await reorganise(client, MERGE, who)).status_code == 403


async def test_unknown_reorganisation_is_404(client):
    assert (await client.get("reorganisationen/019ac1a2-5f00-7000-8000-000000000000")).status_code == 404


async def test_file_of_the_municipality_does_not_undo_a_reorganisation(client, ingest, container, gemeinde, rows):
    await done(client, MERGE)
    before = await rows("SELECT id, organisationseinheit_id, version FROM records.zustaendigkeit ORDER BY id")
    units = container.units.for_mandant("dueren")
    assert await apply_gemeinde(gemeinde, unit_of_work=units, clock=container.clock) == 0
    assert await rows("SELECT id, organisationseinheit_id, version FROM records.zustaendigkeit ORDER BY id") == before
    await ingest.submit()
    assert len(await seen(client, "neu-57")) == 1


async def fill(container, rows, number):
    """Write Akten of 32.20 past the use cases."""
    [row] = await rows(
        "SELECT z.id, z.aktenplaneinheit_id FROM records.zustaendigkeit z JOIN records.aktenplaneinheit a"
        " ON a.id = z.aktenplaneinheit_id WHERE a.schluessel = '32.20' AND z.mandant = 'dueren'"
    )
    statement = (
        "INSERT INTO records.akte (mandant, id, version, aktenzeichen, titel, titel_sortierung, art,"
        " aktenplaneinheit_id, zustaendigkeit_id, rang, abgeschirmt, erstellt_am)"
        " SELECT 'dueren', gen_random_uuid(), 1, 'voll#' || n, 'T', 't', 'fallakte', :unit, :row, 0, false, now()"
        " FROM generate_series(1, :number) n"
    )
    async with container.system_engine.begin() as connection:
        await connection.execute(text("DELETE FROM records.akte"))
        await connection.execute(text(statement), {"unit": row.aktenplaneinheit_id, "row": row.id, "number": number})


def merge_into(new, old):
    return [
        {"art": "create", "schluessel": new, "name": "Neues Amt", "uebergeordnet": "00"},
        {"art": "merge", "von": [old], "nach": new},
    ]


def split_to(new, old):
    parts = [{"nach": new, "aktenplaneinheiten": ["32.20"]}]
    return [{"art": "split", "von": old, "teile": parts, "bleibt": True}]


@pytest.mark.parametrize(
    ("order", "offices"), [(merge_into, ("32", "57", "58")), (split_to, ("32", "50", "61"))], ids=["merge", "split"]
)
async def test_number_of_statements_does_not_depend_on_the_number_of_akten(container, client, rows, order, offices):
    counts = {}
    statements = []

    def note(_connection, _cursor, statement, *_more):
        statements.append(statement)

    event.listen(container.engine.sync_engine, "before_cursor_execute", note)
    for number, old, new in zip((100, 2_000), offices, offices[1:], strict=False):
        await fill(container, rows, number)
        statements.clear()
        answer = await reorganise(client, order(new, old))
        assert answer.json()["ergebnis"]["anzahl"]["akten"] == number
        counts[number] = list(statements)
    assert not [statement for statement in statements if "UPDATE records.akte " in statement]
    assert counts[100] == counts[2_000]
