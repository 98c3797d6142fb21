from dms_records.use_cases.lesefassung import render_lesefassung

ANTRAG = """{"leistung": {"schluessel": "99", "bezeichnung": "Gewerbe"}, "antragsteller": {"art": "natuerliche_person"},
"betreff": "name", "formulardaten": {"name": [1.50, true, null, {"tief": "a\\nb"}], "art": "organisation", "leer": {}},
"eigenes": "x"}"""


def test_text_has_german_labels_and_values_as_sent():
    assert render_lesefassung(ANTRAG.encode()) == (
        "Antrag\n======\n"
        "Leistung:\n  Schlüssel: 99\n  Bezeichnung: Gewerbe\n"
        "Antragsteller:\n  Art: natürliche Person\n"
        "Betreff: name\n"
        "Formulardaten:\n"
        "  name:\n    1. 1.50\n    2. ja\n    3. –\n    4.\n      tief: a\n        b\n"
        "  art: organisation\n"
        "  leer: –\n"
        "eigenes: x\n"
    )
