"""Text is normalised and made safe at the edge."""

import pytest

from dms_kit.core.text import is_storable, normalise, safe_filename, sort_key


@pytest.mark.parametrize(
    ("original", "safe"),
    [
        ("nachweis.pdf", "nachweis.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Eigene Dateien\\Übersicht.docx", "Übersicht.docx"),
        ("U\u0308bersicht.pdf", "Übersicht.pdf"),
        ("rechnung\u202efdp.exe", "rechnungfdp.exe"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("", "unbenannt"),
        ("..", "unbenannt"),
        (" / ", "unbenannt"),
        ("\ud800.pdf", ".pdf"),
        (".profile", ".profile"),
    ],
)
def test_a_file_name_is_safe_and_still_readable(original: str, safe: str) -> None:
    assert safe_filename(original) == safe


def test_a_long_name_is_cut_and_keeps_its_suffix() -> None:
    safe = safe_filename("ä" * 300 + ".pdf")
    assert safe.endswith(".pdf")
    assert len(safe.encode()) <= 200
    assert set(safe.removesuffix(".pdf")) == {"ä"}


def test_din_91379_sequences_survive_normalisation() -> None:
    sequence = "M\u0302atic\u0304 C\u030beva K\u035fh"
    assert normalise(normalise(sequence)) == normalise(sequence)
    assert "\u030b" in normalise(sequence)


def test_sorting_follows_din_5007_1() -> None:
    words = ["Zebra", "Öl", "Ofen", "strasse", "Äpfel", "Straße", "Apfel"]
    assert sorted(words, key=sort_key) == ["Äpfel", "Apfel", "Ofen", "Öl", "strasse", "Straße", "Zebra"]


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "x\udfff"])
def test_nul_and_lone_surrogates_cannot_be_stored(text: str) -> None:
    assert not is_storable(text)
    assert is_storable("Müller 😀")
