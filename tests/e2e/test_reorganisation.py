"""After a reorganisation the new offices see what they should, everywhere, and the old ones nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.harness.client import PORTAL, Origin, an_antrag, eventually
from tests.harness.files import a_pdf, a_word
from tests.harness.server import Server

pytestmark = pytest.mark.timeout(600)
WOHNGELD = {"schluessel": "99107023", "bezeichnung": "Wohngeld"}
GEWERBE = {"schluessel": "99050012104000", "bezeichnung": "Gewerbe Anmeldung"}
HUND = {"schluessel": "99102013", "bezeichnung": "Hundesteuer"}
# The Amt 50 goes to 61 as a whole; of 32 the Hundesteuer goes to 66, everything else to 10.
ORDER = {
    "grund": "Organisationsverfügung 3/2026",
    "schritte": [
        {"art": "merge", "von": ["50"], "nach": "61"},
        {"art": "split", "von": "32", "teile": [{"nach": "66", "aktenplaneinheiten": ["32.10"]}], "rest": "10"},
    ],
}


@dataclass(frozen=True)
class Filed:
    """One Antrag: the word that its file holds, where it was filed, and by whom it is read before and afterwards."""

    word: str
    antrag_id: str
    vorgang_id: str
    aktenzeichen: str
    before: str
    after: str

    @property
    def old(self) -> str:
        return f"sachbearbeitung-{self.before}"

    @property
    def new(self) -> str:
        return f"sachbearbeitung-{self.after}"


@pytest.fixture(scope="module")
def town() -> Iterator[Origin]:
    """A server of this module alone: its offices are not those of the other tests afterwards."""
    own = Server()
    try:
        with Origin(own.start(ready_within=300).url) as origin:
            yield origin
    finally:
        own.remove()


@pytest.fixture(scope="module")
def filed(town: Origin) -> list[Filed]:
    """Anträge of three kinds, filed, searchable and assigned before the reorganisation, and the reorganisation."""
    found = [_file(town, *kind) for kind in ((WOHNGELD, "50", "61"), (HUND, "32", "66"), (GEWERBE, "32", "10"))]
    dry = town.post("aktenplan", "reorganisationen", {**ORDER, "probelauf": True})
    real = town.post("aktenplan", "reorganisationen", ORDER)
    assert (dry.status_code, real.status_code) == (200, 201), real.text
    assert dry.json()["ergebnis"] == real.json()["ergebnis"]
    assert real.json()["ergebnis"]["anzahl"]["vorgaenge"] == len(found)
    return found


def _file(town: Origin, leistung: dict[str, str], before: str, after: str) -> Filed:
    word = a_word()
    antrag_id = town.accepted(an_antrag(leistung=leistung), [a_pdf(f"Beleg {word}")])["id"]
    antrag = town.wait_for(antrag_id, "durchsuchbar", "zugewiesen")
    vorgang_id, aktenzeichen = antrag["vorgang_id"], antrag["aktenzeichen"]
    assert town.read(f"sachbearbeitung-{before}", "suche", q=word)["anzahl"] >= 1
    assert town.read(f"sachbearbeitung-{after}", "suche", q=word)["anzahl"] == 0
    return Filed(word, antrag_id, vorgang_id, aktenzeichen, before, after)


def _hits(town: Origin, who: str, word: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = town.read(who, "suche", q=word, typ="dokument")["items"]
    return found


def test_the_new_office_finds_it_and_it_is_the_new_offices(town: Origin, filed: list[Filed]) -> None:
    for one in filed:
        [hit] = eventually(lambda one=one: _hits(town, one.new, one.word), "hit of the new office")
        assert (hit["vorgang_id"], hit["federfuehrende_oe"]) == (one.vorgang_id, one.after)
        answer = town.read(one.new, "suche", q=one.word, federfuehrende_oe=one.after)
        assert set(answer["facetten"]["federfuehrende_oe"]) == {one.after}


def test_the_old_office_finds_nothing_any_more_and_counts_nothing(town: Origin, filed: list[Filed]) -> None:
    for one in filed:
        eventually(lambda one=one: town.read(one.old, "suche", q=one.word)["anzahl"] == 0, "no hit of the old office")
        assert town.items(one.old, "vorgaenge") == town.items(one.old, "akten") == []
        eventually(lambda one=one: town.items(one.old, "aufgaben") == [], "no Aufgabe of the old office")
        assert town.get(one.old, f"vorgaenge/{one.vorgang_id}").status_code == 404
        assert town.get(one.old, f"vorgaenge/{one.vorgang_id}/dokumente").status_code == 404


def test_lists_of_the_new_office_hold_exactly_what_it_took_over(town: Origin, filed: list[Filed]) -> None:
    for one in filed:
        [vorgang] = town.items(one.new, "vorgaenge")
        assert (vorgang["id"], vorgang["federfuehrende_oe"]) == (one.vorgang_id, one.after)
        [akte] = town.items(one.new, "akten")
        assert akte["id"] == vorgang["akte_id"]
        [aufgabe] = eventually(lambda one=one: town.items(one.new, "aufgaben"), "Aufgabe of the new office")
        assert (aufgabe["vorgang_id"], aufgabe["organisationseinheit"]) == (one.vorgang_id, one.after)
        dokumente = town.items(one.new, f"vorgaenge/{one.vorgang_id}/dokumente")
        assert town.get(one.new, f"dokumente/{dokumente[-1]['id']}/inhalt").status_code == 200


def test_numbers_stay_and_new_files_get_the_next_ones(town: Origin, filed: list[Filed]) -> None:
    for one, leistung in zip(filed, (WOHNGELD, HUND, GEWERBE), strict=True):
        [vorgang] = town.items(one.new, "vorgaenge", aktenzeichen=one.aktenzeichen)
        assert vorgang["id"] == one.vorgang_id
        assert town.read(PORTAL, f"antraege/{one.antrag_id}")["aktenzeichen"] == one.aktenzeichen
        more = town.wait_for(town.accepted(an_antrag(leistung=leistung))["id"], "abgelegt", "zugewiesen")
        assert more["aktenzeichen"] != one.aktenzeichen
        assert more["aktenzeichen"][:5] == one.aktenzeichen[:5]
        assert town.read(one.new, f"vorgaenge/{more['vorgang_id']}")["federfuehrende_oe"] == one.after


def test_the_ended_office_takes_nothing_by_hand_either(town: Origin, filed: list[Filed]) -> None:
    unknown = {"schluessel": "99999999999999", "bezeichnung": "Unbekannte Leistung"}
    antrag_id = town.accepted(an_antrag(leistung=unknown))["id"]

    def waiting() -> dict[str, Any] | None:
        items = town.items("poststelle-10", "posteingang")
        return next((item for item in items if item["antrag_id"] == antrag_id), None)

    path = f"posteingang/{eventually(waiting, 'Posteingang')['id']}/assign"
    for schluessel, statuses in (("50", {409, 422}), ("61", {200})):
        target = {"organisationseinheit": schluessel, "aktenplaneinheit": "50.20"}
        assert town.post("poststelle-10", path, target, If_Match="*").status_code in statuses
    assert filed


def test_single_akte_that_is_handed_over_is_found_by_the_other_office_alone(town: Origin, filed: list[Filed]) -> None:
    one = filed[0]
    [vorgang] = town.items(one.new, "vorgaenge", aktenzeichen=one.aktenzeichen)
    order = {"organisationseinheit": "66", "grund": "Gehört zum Tiefbau"}
    answer = town.post("leitung-61", f"akten/{vorgang['akte_id']}/handover", order, If_Match="*")
    assert answer.status_code == 200, answer.text
    [hit] = eventually(lambda: _hits(town, "sachbearbeitung-66", one.word), "hit of the other office")
    assert (hit["aktenzeichen"].startswith(one.aktenzeichen), hit["federfuehrende_oe"]) == (True, "66")
    eventually(lambda: town.read(one.new, "suche", q=one.word)["anzahl"] == 0, "no hit of the office before")

    def aufgaben(who: str) -> set[str]:
        return {aufgabe["vorgang_id"] for aufgabe in town.items(who, "aufgaben")}

    eventually(lambda: one.vorgang_id in aufgaben("sachbearbeitung-66"), "Aufgabe of the other office")
    assert one.vorgang_id not in aufgaben(one.new)
    eventually(lambda: town.get(one.new, f"antraege/{one.antrag_id}").status_code in {403, 404}, "Antrag hidden")
