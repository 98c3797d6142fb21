"""A Suchanfrage understands whatever is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dms_search.domain.errors import SucheOhneWorteError
from dms_search.domain.suchanfrage import Suchanfrage


def words(q: str) -> list[list[str]]:
    anfrage = Suchanfrage.parse(q)
    return [["-" * word.ohne + word.text for word in alternative] for alternative in anfrage.alternativen]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("hund katze", [["hund", "katze"]]),
        ("hund AND katze", [["hund", "katze"]]),
        ("hund UND katze", [["hund", "katze"]]),
        ("hund ODER katze maus", [["hund"], ["katze", "maus"]]),
        ("hund or katze", [["hund", "or", "katze"]]),
        ("hund -katze", [["hund", "-katze"]]),
        ("hund NICHT katze", [["hund", "-katze"]]),
        ('"ein hund" -"eine katze"', [["ein hund", "-eine katze"]]),
        ('"ohne ende', [["ohne ende"]]),
        ("+hund", [["hund"]]),
        ("AND hund OR", [["hund"]]),
        ("32.20#00001#0001", [["32.20#00001#0001"]]),
        ("Ha\u0308user", [["Häuser"]]),
    ],
)
def test_words_phrases_and_operators(q, expected) -> None:
    assert words(q) == expected


@pytest.mark.parametrize("q", ["", "   ", '""', "OR", "AND NOT", "-"])
def test_nothing_to_look_for_is_refused(q) -> None:
    with pytest.raises(SucheOhneWorteError):
        Suchanfrage.parse(q)


@given(st.text(max_size=600))
def test_any_text_is_words_or_nothing_to_look_for(q) -> None:
    try:
        anfrage = Suchanfrage.parse(q)
    except SucheOhneWorteError:
        return
    assert all(word.text for alternative in anfrage.alternativen for word in alternative)
