from pathlib import Path

import pytest
import yaml

from dms_records.adapters.gemeinde_file import read_gemeinde
from dms_records.domain.errors import GemeindeInvalidError

DEMO = Path(__file__).parents[4] / "deploy/demo/dueren.yaml"


@pytest.fixture
def declared():
    return {
        "mandant": {"schluessel": "dueren", "name": "Düren"},
        "organisationseinheiten": [{"schluessel": "32", "name": "Amt 32"}],
        "aktenplan": [{"schluessel": "32.20", "titel": "Gewerbe", "oe": "32", "aufbewahrungsdauer": 5}],
        "ablageregeln": [{"leistung": "99050012", "aktenplaneinheit": "32.20"}],
    }


@pytest.fixture
def read(tmp_path):
    def write_and_read(declared):
        file = tmp_path / "gemeinde.yaml"
        file.write_text(declared if isinstance(declared, str) else yaml.safe_dump(declared, allow_unicode=True))
        return read_gemeinde(file)

    return write_and_read


def test_the_demo_municipality_is_valid():
    gemeinde = read_gemeinde(DEMO)
    assert gemeinde.mandant == "dueren"
    assert gemeinde.office_of("32.20") == "32"


def test_minimal_file_is_read(read, declared):
    assert read(declared).ablageregeln[0].region == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["aktenplan"][0].update(oe="99"), "„99“ gibt es nicht"),
        (lambda d: d["ablageregeln"][0].update(aktenplaneinheit="1"), "„1“ gibt es nicht"),
        (lambda d: d["ablageregeln"].append(d["ablageregeln"][0]), "mehrfach"),
        (lambda d: d["organisationseinheiten"][0].update(uebergeordnet="32"), "unter sich selbst"),
        (lambda d: d["aktenplan"][0].update(aktenzeichen={"akte": "{plan}"}), "Vorlage"),
        (lambda d: d["aktenplan"][0].update(aussonderungsart="X"), "/aktenplan/0/aussonderungsart"),
        (lambda d: d["aktenplan"][0].update(unbekannt=1), "nicht bekannt"),
        (lambda d: d["ablageregeln"][0].update(leistung=99), "Text"),
        (lambda d: d.pop("mandant"), "fehlt"),
    ],
)
def test_fault_is_said_in_german_with_its_place(read, declared, change, said):
    change(declared)
    with pytest.raises(GemeindeInvalidError, match=said):
        read(declared)


@pytest.mark.parametrize("text", ["", "a: [", "1", "\x00"])
def test_file_that_is_no_description_is_refused(read, text):
    with pytest.raises(GemeindeInvalidError):
        read(text)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(GemeindeInvalidError, match="nicht lesbar"):
        read_gemeinde(tmp_path / "none.yaml")
