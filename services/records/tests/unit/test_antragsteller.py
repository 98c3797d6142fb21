"""What the part `antrag` says of the Antragsteller."""

import json

import pytest

from dms_records.domain.beteiligter import BeteiligterAngaben
from dms_records.use_cases.antragsteller import antragsteller_of

PERSON = {"art": "natuerliche_person", "vorname": "Max", "nachname": "Beispiel"}


def said(antragsteller):
    return antragsteller_of(json.dumps({"antragsteller": antragsteller, "formulardaten": {}}).encode())


def test_known_fields_are_taken_and_others_stay_in_the_file():
    anschrift = {"strasse": "Musterweg", "hausnummer": "1", "plz": "52349", "ort": "Düren", "staat": "DE"}
    facts = said({**PERSON, "anschrift": anschrift, "email": "max@example.org", "geburtsdatum": "1970-01-01"})
    wanted = {name: anschrift[name] for name in ("strasse", "hausnummer", "plz", "ort")}
    assert facts == {**PERSON, **wanted, "email": "max@example.org"}
    assert BeteiligterAngaben.of_antragsteller(facts).rolle == "antragsteller"


def test_names_become_one_line_in_nfc():
    facts = said({"art": "organisation", "name": " A\u0308rzte\n am\tMarkt\u202e "})
    assert facts == {"art": "organisation", "name": "Ärzte am Markt"}


@pytest.mark.parametrize("unfit", [1, None, "", "\ud800", "x" * 501, ["Musterweg"]])
def test_field_that_is_no_short_text_is_left_out(unfit):
    assert said({**PERSON, "email": unfit, "anschrift": {"ort": unfit}}) == PERSON


@pytest.mark.parametrize(
    "antrag",
    [
        b"",
        b"{",
        b"[]",
        b'{"antragsteller": null}',
        b'{"antragsteller": {"art": "organisation"}}',
        b'{"antragsteller": {"art": ["organisation"], "name": "x"}}',
        b'{"antragsteller": {"art": "natuerliche_person", "vorname": "Max", "nachname": 1}}',
        b'{"x": ' + b"[" * 100_000,
    ],
)
def test_without_a_name_there_is_no_antragsteller(antrag):
    assert antragsteller_of(antrag) is None


def test_families_are_sorted_by_their_name_and_organisations_by_theirs():
    person = BeteiligterAngaben.of_antragsteller(PERSON)
    firm = BeteiligterAngaben(rolle="adressat", art="organisation", name="Ärzte")
    assert (person.sortierung, firm.sortierung) == ("beispiel, max", "arzte")
