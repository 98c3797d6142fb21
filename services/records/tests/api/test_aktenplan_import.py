"""The plan as a file over HTTP: tried first, imported as a whole or not at all, exported so that it may come back."""

import csv
import io
import json

import pytest

pytestmark = pytest.mark.usefixtures("demo")
HEADER = "schluessel;titel;uebergeordnet;aufbewahrungsdauer\r\n"
ROW = {"schluessel": "32.25", "titel": "Reisegewerbe", "uebergeordnet": "32"}


@pytest.fixture
def files(client):
    return Files(client)


class Files:
    """Imports and exports as the editor of the plan."""

    def __init__(self, client):
        self.client = client

    async def send(self, content, kind, who="aktenplan", headers=None, **query):
        headers = {"Content-Type": kind, **(headers or {})}
        query = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
        return await self.client.request(
            "POST", "aktenplan/import", who, content=content, headers=headers, params=query
        )

    async def json(self, *rows, **options):
        return await self.send(json.dumps({"items": rows}), "application/json", **options)

    async def csv(self, text, **options):
        return await self.send(text if isinstance(text, bytes) else text.encode(), "text/csv; charset=utf-8", **options)

    async def export(self, form):
        answer = await self.client.get("aktenplan/export", params={"format": form})
        assert answer.status_code == 200
        return answer

    async def tree(self):
        return (await self.client.get("aktenplan")).json()["items"]


def counts(answer):
    assert answer.status_code == 200, answer.text
    return tuple(answer.json()[name] for name in ("neu", "geaendert", "unveraendert"))


def faults(answer):
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/aktenplan-import-ungueltig"), answer.text
    return [fault["pointer"] for fault in answer.json()["errors"]]


@pytest.mark.parametrize("form", ["json", "csv"])
async def test_what_was_exported_changes_nothing(files, rows, form):
    exported = await files.export(form)
    before = await rows("SELECT count(*) FROM records.aktenplaneinheit_stand")
    answer = await (files.csv if form == "csv" else files.send)(
        exported.content, **({} if form == "csv" else {"kind": "application/json"})
    )
    assert counts(answer) == (0, 0, 33)
    assert await rows("SELECT count(*) FROM records.aktenplaneinheit_stand") == before


async def test_csv_opens_in_spreadsheets_and_says_the_same_as_json(files):
    exported = await files.export("csv")
    assert exported.headers["content-disposition"] == 'attachment; filename="aktenplan-dueren-2026-03-02.csv"'
    assert exported.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig")), delimiter=";"))
    items = (await files.export("json")).json()["items"]
    assert [line["schluessel"] for line in lines] == [item["schluessel"] for item in items]
    assert {line["schluessel"]: line["uebergeordnet"] for line in lines}["32.20"] == "32"


async def test_trial_run_says_every_difference_and_saves_nothing(files):
    before = await files.tree()
    text = HEADER + "32.20;Gewerbe;32;7\r\n32.25;Reisegewerbe;32;\r\n32.30;Gaststättenerlaubnisse;32;\r\n"
    answer = await files.csv(text, probelauf=True)
    assert counts(answer) == (1, 1, 1)
    assert answer.json()["unterschiede"] == [
        {
            "zeile": 2,
            "schluessel": "32.20",
            "art": "geaendert",
            "felder": [
                {"feld": "titel", "alt": "Gewerbeanzeigen", "neu": "Gewerbe"},
                {"feld": "aufbewahrungsdauer", "alt": 5, "neu": 7},
            ],
        },
        {"zeile": 3, "schluessel": "32.25", "art": "neu", "felder": []},
    ]
    assert await files.tree() == before
    real = (await files.csv(text)).json()
    assert {**real, "probelauf": True} == answer.json()
    assert counts(await files.csv(text)) == (0, 0, 3)


async def test_import_leaves_histories_and_one_entry_in_the_protokoll(files, client, rows):
    assert counts(await files.json(ROW, {"schluessel": "32.20", "titel": "Gewerbe"}, grund="Neuer Plan")) == (1, 1, 0)
    found = await rows(
        "SELECT schluessel, version, anlass, grund, geaendert_von, uebergeordnet_id IS NULL AS oben"
        " FROM records.aktenplaneinheit_stand WHERE anlass = 'importiert' ORDER BY 1"
    )
    who = ("importiert", "Neuer Plan", "sub-aktenplan", False)
    assert [tuple(row) for row in found] == [("32.20", 2, *who), ("32.25", 1, *who)]
    assert len(await rows("SELECT 1 FROM records.audit_entry WHERE action = 'aktenplan.imported'")) == 1


async def test_what_a_file_does_not_name_stays(files):
    assert counts(await files.csv("schluessel,titel\n32.20,Gewerbe\n")) == (0, 1, 0)
    below = {unit["schluessel"]: unit for unit in (await files.tree())[1]["untergeordnet"]}
    assert (below["32.20"]["titel"], below["32.20"]["aufbewahrungsdauer"]) == ("Gewerbe", 5)
    assert "32.10" in below


async def test_rows_may_come_in_any_order(files):
    rows = [{"schluessel": "70.1.1", "titel": "T", "uebergeordnet": "70.1"}]
    rows += [{"schluessel": "70.1", "titel": "T", "uebergeordnet": "70"}, {"schluessel": "70", "titel": "T"}]
    assert counts(await files.json(*rows)) == (3, 0, 0)
    assert (await files.tree())[-1]["untergeordnet"][0]["untergeordnet"][0]["schluessel"] == "70.1.1"


@pytest.mark.parametrize(
    ("rows", "pointers"),
    [
        ([ROW, ROW], ["/items/0/schluessel", "/items/1/schluessel"]),
        ([{**ROW, "uebergeordnet": "98"}], ["/items/0/uebergeordnet"]),
        ([{**ROW, "uebergeordnet": "32.25"}], ["/items/0/uebergeordnet"]),
        ([{"schluessel": "32", "titel": "B", "uebergeordnet": "32.20"}], ["/items/0/uebergeordnet"] * 9),
        (
            [
                ROW,
                {"schluessel": "a", "titel": "A", "uebergeordnet": "b"},
                {"schluessel": "b", "titel": "B", "uebergeordnet": "a"},
            ],
            ["/items/1/uebergeordnet", "/items/2/uebergeordnet"],
        ),
        ([{**ROW, "uebergeordnet": "32.90"}], ["/items/0/uebergeordnet"]),
        ([{**ROW, "organisationseinheit": "99"}], ["/items/0/organisationseinheit"]),
        ([ROW, {**ROW, "schluessel": "3 2"}], ["/items/1/schluessel"]),
        ([{"schluessel": "x"}, {**ROW, "farbe": 1}, 7], ["/items/0/titel", "/items/1/farbe", "/items/2"]),
        ([{**ROW, "aktenzeichen_akte": "{amt}"}], ["/items/0/aktenzeichen_akte"]),
        ([{**ROW, "aktenzeichen_akte": "{plan}#{produktnummer}#{akte}"}], ["/items/0/aktenzeichen_akte"]),
        ([{**ROW, "gueltig_von": "2020-01-01"}], ["/items/0/gueltig_von"]),
        ([{"schluessel": "32", "titel": "B", "gueltig_bis": "2027-01-01"}], ["/items/0/gueltig_bis"]),
        ([{**ROW, "aufbewahrungsdauer": 3, "unbefristet": True}], ["/items/0/aufbewahrungsdauer"]),
    ],
    ids=[
        "double key",
        "unknown above",
        "itself above",
        "below its own",
        "circle",
        "closed above",
        "unknown office",
        "bad key",
        "several faults",
        "template",
        "empty attribute",
        "before the one above",
        "open ones below",
        "two retentions",
    ],
)
async def test_one_wrong_row_refuses_the_whole_file(files, rows, pointers):
    before = await files.tree()
    answer = await files.json(*rows, {"schluessel": "99", "titel": "Neu"})
    assert sorted(set(faults(answer))) == sorted(set(pointers))
    assert await files.tree() == before


async def test_faults_of_csv_name_the_line(files):
    text = HEADER + '32.25;"Reise-\r\ngewerbe";32;x\r\n32.26;;32;1\r\n32.27;T;32\r\n'
    assert faults(await files.csv(text)) == ["/zeile/3/aufbewahrungsdauer", "/zeile/4/titel", "/zeile/5"]
    assert faults(await files.csv("schluessel;farbe\r\n")) == ["/zeile/1"]
    assert faults(await files.csv("schluessel;titel;titel\r\n")) == ["/zeile/1"]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"\xff\xfe", "text/csv", 400),
        (b'schluessel;titel\r\n1;"x', "text/csv", 400),
        (b"schluessel;titel\r\n1;\x00", "text/csv", 400),
        (b"{", "application/json", 400),
        (b'{"items": [], "items": []}', "application/json", 400),
        (b"[]", "application/json", 422),
        (b"{}", "application/json", 422),
        (b"<plan/>", "application/xml", 415),
    ],
)
async def test_file_that_cannot_be_read_is_a_problem(files, content, kind, status):
    assert (await files.send(content, kind)).status_code == status


async def test_only_the_role_aktenplan_imports(files):
    assert (await files.json(ROW, who="anna-32")).status_code == 403
    assert (await files.json(ROW, who="chefin-00")).status_code == 403


async def test_repeated_key_gets_the_first_answer_again(files):
    first = await files.json(ROW, headers={"Idempotency-Key": "k"})
    again = await files.json(ROW, headers={"Idempotency-Key": "k"})
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    assert (await files.json({**ROW, "titel": "X"}, headers={"Idempotency-Key": "k"})).status_code == 422


@pytest.mark.timeout(400)
async def test_50000_rows_are_imported_and_50001_refused(files, rows):
    lines = ["70;Umwelt;;5"]
    lines += [f"70.{number};Aufgabe {number};70;" for number in range(49)]
    lines += [f"70.{number % 49}.{number};Aufgabe {number};70.{number % 49};" for number in range(49_950)]
    text = HEADER + "\r\n".join(lines) + "\r\n"
    assert counts(await files.csv(text)) == (50_000, 0, 0)
    assert counts(await files.csv(text)) == (0, 0, 50_000)
    assert counts(await files.csv(text.replace("Aufgabe", "Thema"), probelauf=True)) == (0, 49_999, 1)
    assert faults(await files.csv(text + "71;T;;\r\n")) == ["/zeile"]
    [row] = await rows("SELECT count(*) AS n FROM records.aktenplaneinheit_stand WHERE anlass = 'importiert'")
    assert row.n == 50_000
