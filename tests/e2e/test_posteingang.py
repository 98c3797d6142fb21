"""What no rule can place waits for the Poststelle, and is filed from there by the same use case."""

from typing import Any

import pytest

from tests.harness.client import PORTAL, Origin, an_antrag, eventually
from tests.harness.files import a_pdf, a_word

POSTSTELLE = "poststelle-10"
UNKNOWN = {"schluessel": "99999999999999", "bezeichnung": "Unbekannte Leistung"}


def waiting(origin: Origin, antrag_id: str) -> dict[str, Any]:
    def item() -> dict[str, Any] | None:
        items = origin.items(POSTSTELLE, "posteingang", limit=200)
        return next((item for item in items if item["antrag_id"] == antrag_id), None)

    return eventually(item, "Posteingang")


@pytest.mark.parametrize("changed", [{"leistung": UNKNOWN}, {"region": "099999999999"}], ids=["leistung", "region"])
def test_what_has_no_rule_is_accepted_and_waits(origin: Origin, changed: dict[str, Any]) -> None:
    if "region" in changed:
        changed = {**changed, "leistung": UNKNOWN}
    answer = origin.accepted(an_antrag(**changed))
    item = waiting(origin, answer["id"])
    assert (item["eingangsnummer"], item["eingegangen_am"]) == (answer["eingangsnummer"], answer["eingegangen_am"])
    assert item["grund"]
    assert origin.read(PORTAL, f"antraege/{answer['id']}")["status"] == "eingegangen"


def test_what_was_assigned_is_filed_and_found(origin: Origin) -> None:
    wort = a_word()
    name, content, media_type = a_pdf(f"Beleg {wort}")
    answer = origin.accepted(an_antrag(leistung=UNKNOWN), [(name, content, media_type)])
    item = waiting(origin, answer["id"])
    path = f"posteingang/{item['id']}"
    single = origin.get(POSTSTELLE, path)
    (anlage,) = single.json()["anlagen"]
    assert origin.get(POSTSTELLE, f"{path}/anlagen/{anlage['id']}/inhalt").content == content

    target = {"organisationseinheit": "32", "aktenplaneinheit": "32.20"}
    assert origin.post(POSTSTELLE, f"{path}/assign", target).status_code == 428
    assert origin.post(POSTSTELLE, f"{path}/assign", target, If_Match='"999"').status_code == 412
    nowhere = {"organisationseinheit": "32", "aktenplaneinheit": "77.77"}
    assert origin.post(POSTSTELLE, f"{path}/assign", nowhere, If_Match="*").status_code == 422
    assigned = origin.post(POSTSTELLE, f"{path}/assign", target, If_Match=single.headers["etag"])
    assert assigned.status_code == 200, assigned.text

    antrag = origin.wait_for(answer["id"], "abgelegt", "durchsuchbar", "zugewiesen")
    assert antrag["aktenzeichen"].startswith("32.20#")
    assert origin.get(POSTSTELLE, path).status_code == 404
    assert origin.post(POSTSTELLE, f"{path}/assign", target, If_Match="*").status_code in {404, 409}
    hits = origin.read("sachbearbeitung-32", "suche", q=wort)
    assert {hit["vorgang_id"] for hit in hits["items"] if hit["typ"] == "dokument"} == {antrag["vorgang_id"]}
    # Once filed it is nothing to the Poststelle any more.
    assert origin.get(POSTSTELLE, f"vorgaenge/{antrag['vorgang_id']}").status_code == 403


def test_only_the_poststelle_sees_the_posteingang(origin: Origin) -> None:
    item = waiting(origin, origin.accepted(an_antrag(leistung=UNKNOWN))["id"])
    for who in ("sachbearbeitung-32", "leitung-10", "registratur-10", "betrieb", PORTAL):
        assert origin.get(who, "posteingang").status_code == 403
        assert origin.get(who, f"posteingang/{item['id']}").status_code == 403


def test_the_office_of_an_assignment_may_differ_from_that_of_the_plan(origin: Origin) -> None:
    answer = origin.accepted(an_antrag(leistung=UNKNOWN))
    item = waiting(origin, answer["id"])
    target = {"organisationseinheit": "50", "aktenplaneinheit": "32.20"}
    assert origin.post(POSTSTELLE, f"posteingang/{item['id']}/assign", target, If_Match="*").status_code == 200
    antrag = origin.wait_for(answer["id"], "abgelegt", "zugewiesen")
    vorgang = origin.read("sachbearbeitung-50", f"vorgaenge/{antrag['vorgang_id']}")
    assert vorgang["federfuehrende_oe"] == "50"
    assert origin.get("sachbearbeitung-32", f"vorgaenge/{antrag['vorgang_id']}").status_code == 404
