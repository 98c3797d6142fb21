"""The rules of the Aufgabe."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from dms_kit.core.errors import InvalidInputError
from dms_workflow.domain.aufgabe import ERLEDIGT, OFFEN, UEBERNOMMEN, Aufgabe, VorgangFacts, antrag_pruefen
from dms_workflow.domain.errors import (
    AufgabeDoneError,
    AufgabeHeldByOtherError,
    AufgabeNotClaimedError,
    AufgabeTakenError,
)


def an_aufgabe(moment: datetime = datetime(2026, 11, 25, 8, tzinfo=UTC)) -> Aufgabe:
    vorgang = VorgangFacts(
        id=uuid4(),
        version=1,
        antrag_id=uuid4(),
        aktenzeichen="32.20#00001#0001",
        zustaendigkeit_id=uuid4(),
        rang=0,
        abgeschirmt=False,
    )
    return antrag_pruefen("dueren", vorgang, moment)


def test_a_new_vorgang_gives_an_open_aufgabe_that_is_due_in_two_weeks() -> None:
    aufgabe = an_aufgabe()
    assert (aufgabe.titel, aufgabe.status, aufgabe.faellig_am) == ("Antrag prüfen", OFFEN, date(2026, 12, 9))


def test_two_weeks_count_from_the_day_in_berlin() -> None:
    assert an_aufgabe(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)).faellig_am == date(2026, 7, 16)


def test_claiming_gives_it_to_one_person() -> None:
    aufgabe = an_aufgabe()
    assert aufgabe.claim("anna", "Anna")
    assert (aufgabe.status, aufgabe.bearbeiter_sub, aufgabe.bearbeiter_name) == (UEBERNOMMEN, "anna", "Anna")
    with pytest.raises(AufgabeTakenError):
        aufgabe.claim("bernd", "Bernd")


def test_the_winner_may_claim_again() -> None:
    aufgabe = an_aufgabe()
    aufgabe.claim("anna", "Anna")
    assert not aufgabe.claim("anna", "Anna")


def test_releasing_makes_it_open_again() -> None:
    aufgabe = an_aufgabe()
    aufgabe.claim("anna", "Anna")
    aufgabe.release("anna", leads=False)
    assert (aufgabe.status, aufgabe.bearbeiter_sub, aufgabe.bearbeiter_name) == (OFFEN, None, None)


def test_only_the_bearbeiter_or_the_leitung_releases() -> None:
    aufgabe = an_aufgabe()
    aufgabe.claim("anna", "Anna")
    with pytest.raises(AufgabeHeldByOtherError):
        aufgabe.release("bernd", leads=False)
    aufgabe.release("chefin", leads=True)
    assert aufgabe.status == OFFEN


def test_what_nobody_claimed_can_be_neither_released_nor_completed() -> None:
    aufgabe = an_aufgabe()
    with pytest.raises(AufgabeNotClaimedError):
        aufgabe.release("anna", leads=True)
    with pytest.raises(AufgabeNotClaimedError):
        aufgabe.complete("anna", "genehmigt", None)


def test_only_the_bearbeiter_completes() -> None:
    aufgabe = an_aufgabe()
    aufgabe.claim("anna", "Anna")
    with pytest.raises(AufgabeHeldByOtherError):
        aufgabe.complete("bernd", "genehmigt", None)
    assert aufgabe.complete("anna", "genehmigt", "geprüft")
    assert (aufgabe.status, aufgabe.ergebnis, aufgabe.bemerkung) == (ERLEDIGT, "genehmigt", "geprüft")
    assert aufgabe.bearbeiter_sub == "anna"


def test_completing_again_with_the_same_outcome_changes_nothing() -> None:
    aufgabe = an_aufgabe()
    aufgabe.claim("anna", "Anna")
    aufgabe.complete("anna", "genehmigt", None)
    assert not aufgabe.complete("anna", "genehmigt", None)
    with pytest.raises(AufgabeDoneError):
        aufgabe.complete("anna", "abgelehnt", None)


def test_a_completed_aufgabe_stays_as_it_is() -> None:
    aufgabe = an_aufgabe()
    aufgabe.claim("anna", "Anna")
    aufgabe.complete("anna", "genehmigt", None)
    with pytest.raises(AufgabeDoneError):
        aufgabe.claim("anna", "Anna")
    with pytest.raises(AufgabeDoneError):
        aufgabe.release("anna", leads=True)


@pytest.mark.parametrize(
    ("ergebnis", "bemerkung", "pointers"),
    [
        ("", None, ["/ergebnis"]),
        (" \n", None, ["/ergebnis"]),
        ("x" * 201, None, ["/ergebnis"]),
        ("x", "y" * 4001, ["/bemerkung"]),
        ("a\x00b", "\ud800", ["/ergebnis", "/bemerkung"]),
    ],
)
def test_an_outcome_out_of_bounds_is_pointed_at(ergebnis, bemerkung, pointers) -> None:
    aufgabe = an_aufgabe()
    aufgabe.claim("anna", "Anna")
    with pytest.raises(InvalidInputError) as refused:
        aufgabe.complete("anna", ergebnis, bemerkung)
    assert [error.pointer for error in refused.value.errors] == pointers
    assert aufgabe.status == UEBERNOMMEN


def test_the_longest_outcome_is_kept_in_normal_form() -> None:
    aufgabe = an_aufgabe()
    aufgabe.claim("anna", "Anna")
    aufgabe.complete("anna", "u\u0308" * 200, None)
    assert aufgabe.ergebnis == "ü" * 200
