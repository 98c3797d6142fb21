"""The Aktenbestandsverzeichnis as a file: whole however it was written, and harmless to spreadsheets."""

import csv
import io
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from dms_records.api.aktenbestand_files import CsvVerzeichnis, JsonVerzeichnis
from dms_records.use_cases.queries import AktenbestandRow

NOW = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
ROW = AktenbestandRow(
    id=UUID(int=1),
    aktenplaneinheit="32.20",
    aktenplaneinheit_titel="Gewerbe",
    aktenzeichen="32.20#00001",
    titel="Akte",
    art="fallakte",
    jahr=None,
    uebergeordnet_id=None,
    status="registriert",
    zustaendigkeit_id=UUID(int=2),
    rang=0,
    erstellt_am=NOW,
    zda_am=None,
    aussonderungsart="A",
    aufbewahrungsdauer=None,
    unbefristet=True,
)


def written(kind, *parts):
    datei = kind({UUID(int=2): "32"}, NOW)
    for part in parts:
        datei.write(part)
    size = datei.finish()
    content = b"".join(datei.chunks())
    assert len(content) == size
    return content


@pytest.mark.parametrize("parts", [(), ([],), ([ROW],), ([ROW, ROW], [ROW]), ([ROW], [], [ROW])])
def test_json_is_whole_however_many_parts_there_are(parts):
    content = json.loads(written(JsonVerzeichnis, *parts))
    count = sum(len(part) for part in parts)
    assert (content["anzahl"], len(content["items"])) == (count, count)
    assert content["stand"] == "2026-03-02T23:30:00Z"


def test_long_file_lies_on_disk_and_comes_back_as_it_was_written():
    rows = [ROW._replace(aktenzeichen=str(number)) for number in range(5000)]
    content = json.loads(written(JsonVerzeichnis, rows, rows))
    assert [item["aktenzeichen"] for item in content["items"]] == [str(number) for number in range(5000)] * 2


@pytest.mark.parametrize("titel", ["=1+1", "+49 2421", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"])
def test_text_that_a_spreadsheet_would_calculate_is_marked_as_text(titel):
    content = written(CsvVerzeichnis, [ROW._replace(titel=titel)]).decode()
    [row] = csv.DictReader(io.StringIO(content, newline=""), delimiter=";")
    assert row["Titel"] == "'" + titel


def test_csv_says_the_day_in_germany_and_that_something_is_kept_for_ever():
    content = written(CsvVerzeichnis, [ROW]).decode()
    [row] = csv.DictReader(io.StringIO(content, newline=""), delimiter=";")
    assert (row["Laufzeit von"], row["Aufbewahrungsdauer in Jahren"]) == ("2026-03-03", "unbefristet")
