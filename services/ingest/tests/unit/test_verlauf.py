"""The steps of an Antrag follow from facts, whatever their order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from dms_ingest.domain.anlage import Objekt
from dms_ingest.domain.antrag import Antrag, AntragAblage, AntragSchritt, format_eingangsnummer

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def an_antrag() -> Antrag:
    return Antrag(
        id=UUID(int=1),
        mandant="dueren",
        client="portal",
        eingangsnummer="E-2026-0000001",
        eingegangen_am=START,
        leistung_schluessel="1",
        leistung_bezeichnung="",
        region="0" * 12,
        betreff="b",
        externe_referenz=None,
        formular=Objekt("k", 1, "", "", b""),
        anlagen=[],
    )


def ablage(vorgang: int = 2) -> AntragAblage:
    return AntragAblage(
        vorgang_id=UUID(int=vorgang),
        aktenzeichen="32.20#00001#0001",
        anzahl_dokumente=2,
        abgelegt_am=at(1),
        zustaendigkeit_id=UUID(int=3),
        rang=0,
        abgeschirmt=False,
    )


def test_new_antrag_is_eingegangen():
    antrag = an_antrag()
    assert antrag.verlauf() == [(AntragSchritt.EINGEGANGEN, START)]
    assert antrag.status == "eingegangen"


FACTS = {
    "abgelegt": lambda antrag: antrag.record_abgelegt(ablage()),
    "zugewiesen": lambda antrag: antrag.record_zugewiesen(at(3)),
    "abgeschlossen": lambda antrag: antrag.record_abgeschlossen(at(4)),
    # Each event of search tells the state that the database counted: it comes once more after `abgelegt`.
    "indexiert": lambda antrag: antrag.record_indexiert(2, at(2)),
}


@pytest.mark.parametrize("order", list(permutations(FACTS)), ids=" ".join)
def test_order_of_events_does_not_matter(order):
    antrag = an_antrag()
    for name in order:
        FACTS[name](antrag)
        if name == "abgelegt" and "indexiert" in order[: order.index(name)]:
            antrag.record_indexiert(2, at(2))
    assert [schritt.value for schritt, _ in antrag.verlauf()] == [
        "eingegangen",
        "abgelegt",
        "durchsuchbar",
        "zugewiesen",
        "abgeschlossen",
    ]
    assert [zeitpunkt for _, zeitpunkt in antrag.verlauf()] == [at(minutes) for minutes in range(5)]
    assert antrag.status == "abgeschlossen"


def test_half_indexed_is_not_durchsuchbar():
    antrag = an_antrag()
    antrag.record_abgelegt(ablage())
    antrag.record_indexiert(1, at(2))
    assert antrag.durchsuchbar_am is None


def test_antrag_is_filed_once():
    antrag = an_antrag()
    antrag.record_abgelegt(ablage(2))
    antrag.record_abgelegt(ablage(9))
    assert antrag.vorgang_id == UUID(int=2)


def test_new_aufgabe_after_the_last_one_reopens():
    antrag = an_antrag()
    antrag.record_zugewiesen(at(1))
    antrag.record_abgeschlossen(at(2))
    antrag.record_zugewiesen(at(3))
    assert antrag.status == "zugewiesen"
    assert antrag.zugewiesen_am == at(1)


@pytest.mark.parametrize(("nummer", "text"), [(42, "E-2026-0000042"), (12_345_678, "E-2026-12345678")])
def test_eingangsnummer_has_seven_digits_or_more(nummer, text):
    assert format_eingangsnummer(2026, nummer) == text


def test_vorgang_that_was_handed_over_is_seen_by_others():
    antrag = an_antrag()
    antrag.record_abgelegt(ablage())
    antrag.record_abgelegt(replace(ablage(), zustaendigkeit_id=UUID(int=7), abgelegt_am=at(9)))
    assert antrag.zustaendigkeit_id == UUID(int=7)
    assert antrag.abgelegt_am == at(1)
    antrag.record_abgelegt(replace(ablage(9), zustaendigkeit_id=UUID(int=8)))
    assert antrag.zustaendigkeit_id == UUID(int=7)
