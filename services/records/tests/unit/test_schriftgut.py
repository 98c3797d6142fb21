"""The rules of structure and life cycle."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from dms_records.domain.akte import Akte, teilakte_zeichen
from dms_records.domain.errors import (
    AufgabeOpenError,
    SchriftgutClosedError,
    SchriftgutDraftError,
    SchriftgutPositionError,
    SchriftgutProtectionError,
    SchriftgutTooDeepError,
)
from dms_records.domain.schriftgut import ZDA, check_position, ebene_below, protect, rang_below
from dms_records.domain.vorgang import Vorgang, VorgangAufgabe

MOMENT = datetime(2026, 3, 2, tzinfo=UTC)


def an_akte(**facts):
    shared = {"mandant": "m", "id": uuid4(), "titel": "T", "art": "fallakte", "jahr": None}
    ids = {"aktenplaneinheit_id": uuid4(), "zustaendigkeit_id": uuid4()}
    return Akte(
        **{**shared, **ids, "aktenzeichen": "1#1", "rang": 0, "abgeschirmt": False, "erstellt_am": MOMENT, **facts}
    )


def a_vorgang(**facts):
    vorgang = Vorgang.draft(an_akte(), betreff="B", rang=None, limit=5, moment=MOMENT)
    vorgang.register("1#1#1")
    for name, value in facts.items():
        setattr(vorgang, name, value)
    return vorgang


def an_aufgabe(vorgang, *, uebernommen=True, erledigt=False):
    return VorgangAufgabe(
        mandant="m",
        id=uuid4(),
        vorgang_id=vorgang.id,
        aufgabe_version=1,
        uebernommen=uebernommen,
        erledigt=erledigt,
    )


def test_only_so_many_levels_lie_below_the_plan() -> None:
    assert ebene_below(an_akte(ebene=4), limit=5) == 5
    with pytest.raises(SchriftgutTooDeepError, match="höchstens 5 Ebenen"):
        ebene_below(an_akte(ebene=5), limit=5)


def test_children_are_as_confidential_or_stricter() -> None:
    assert (rang_below(1, None), rang_below(1, 1), rang_below(1, 3)) == (1, 1, 3)
    with pytest.raises(SchriftgutProtectionError):
        rang_below(2, 1)


def test_protection_is_raised_at_will_and_lowered_to_that_above_at_most() -> None:
    akte = an_akte(rang=2)
    protect(akte, 3, above_rang=1)
    assert akte.rang == 3
    protect(akte, 1, above_rang=1)
    assert akte.rang == 1
    with pytest.raises(SchriftgutProtectionError):
        protect(akte, 0, above_rang=1)
    assert akte.rang == 1
    # Of a unit that became stricter than what lies under it.
    protect(akte, 2, above_rang=3)
    assert akte.rang == 2


def test_protection_of_what_is_zda_stays() -> None:
    with pytest.raises(SchriftgutClosedError):
        protect(an_akte(status=ZDA), 3, above_rang=0)


@pytest.mark.parametrize(
    ("position", "siblings", "is_allowed"),
    [
        (None, (False, False, False), True),
        (1, (False, False, False), True),
        (1, (False, True, False), True),
        (None, (False, False, True), True),
        (1, (True, True, False), False),
        (1, (False, False, True), False),
        (None, (False, True, False), False),
    ],
)
def test_siblings_are_numbered_all_or_none(position, siblings, is_allowed) -> None:
    facts = dict(zip(("taken", "siblings_numbered", "siblings_unnumbered"), siblings, strict=True))
    if is_allowed:
        check_position(position, **facts)
    else:
        with pytest.raises(SchriftgutPositionError):
            check_position(position, **facts)


def test_a_draft_has_no_number_to_give() -> None:
    with pytest.raises(SchriftgutDraftError):
        teilakte_zeichen(an_akte(aktenzeichen=None, status="entwurf"), 1)


def test_title_and_its_sort_key_change_together() -> None:
    akte = an_akte()
    akte.rename("Öde Ärger")
    assert (akte.titel, akte.titel_sortierung) == ("Öde Ärger", "ode arger")
    akte.close(date(2026, 3, 2))
    with pytest.raises(SchriftgutClosedError):
        akte.rename("x")


def test_vorgang_of_an_antrag_waits_for_its_aufgabe_and_one_begun_by_hand_does_not() -> None:
    a_vorgang().check_closable([])
    with pytest.raises(AufgabeOpenError):
        a_vorgang(antrag_id=uuid4()).check_closable([])
    vorgang = a_vorgang(antrag_id=uuid4())
    with pytest.raises(AufgabeOpenError):
        vorgang.check_closable([an_aufgabe(vorgang, erledigt=True), an_aufgabe(vorgang)])
    vorgang.check_closable([an_aufgabe(vorgang, erledigt=True)])


def test_aufgaben_say_what_a_reopened_vorgang_is() -> None:
    for held, status in ((True, "in_bearbeitung"), (False, "offen")):
        vorgang = a_vorgang()
        vorgang.close(date(2026, 3, 2))
        assert not vorgang.follow_aufgaben([an_aufgabe(vorgang)])
        vorgang.reopen([an_aufgabe(vorgang, uebernommen=held)])
        assert (vorgang.status, vorgang.zda_am) == (status, None)
