"""What an audited act says of its object, field by field."""

from dms_records.domain.protokoll import ProtokollAenderung, aenderungen_of


def test_a_field_has_its_old_and_its_new_value() -> None:
    assert aenderungen_of({"name_alt": "Hauptamt", "name": "Zentrale Dienste", "rang": 2}) == [
        ProtokollAenderung(metadatum_name="name", alter_wert="Hauptamt", neuer_wert="Zentrale Dienste"),
        ProtokollAenderung(metadatum_name="rang", neuer_wert="2"),
    ]


def test_a_value_that_was_taken_away_is_the_old_one_alone() -> None:
    [aenderung] = aenderungen_of({"bis_alt": "2026-03-02", "bis": None})
    assert aenderung == ProtokollAenderung(metadatum_name="bis", alter_wert="2026-03-02")


def test_remarks_belong_to_every_field() -> None:
    values = {"status": "offen", "titel": "x", "grund": "Irrtum", "kommentar": "siehe Vermerk"}
    assert {aenderung.bemerkung for aenderung in aenderungen_of(values)} == {"Irrtum · siehe Vermerk"}
    assert [aenderung.metadatum_name for aenderung in aenderungen_of(values)] == ["status", "titel"]


def test_an_act_without_fields_is_one_row() -> None:
    assert aenderungen_of({}) == [ProtokollAenderung()]
    assert aenderungen_of({"grund": "Irrtum"}) == [ProtokollAenderung(bemerkung="Irrtum")]


def test_entries_of_before_name_their_field_too() -> None:
    assert aenderungen_of({"feld": "titel", "alt": "A", "neu": "B"}) == [
        ProtokollAenderung(metadatum_name="titel", alter_wert="A", neuer_wert="B")
    ]
    assert aenderungen_of({"feld": "position", "alt": None, "neu": 3}) == [
        ProtokollAenderung(metadatum_name="position", neuer_wert="3")
    ]
    assert aenderungen_of({"alt": "32.20#1", "neu": "32.30#1"}) == [
        ProtokollAenderung(metadatum_name="aktenzeichen", alter_wert="32.20#1", neuer_wert="32.30#1")
    ]
