"""A second Mandant on the same server: nothing crosses, in either direction."""

import uuid

from tests.harness.client import PORTAL, Origin, an_antrag, eventually
from tests.harness.files import a_docx, a_word
from tests.harness.hidden import assert_nothing_crosses

OFFICIAL = "sachbearbeitung-32"


def test_nothing_of_one_mandant_is_seen_by_the_other(origin: Origin, neighbour: Origin) -> None:
    for here, there in ((origin, neighbour), (neighbour, origin)):
        wort = a_word()
        answer = here.accepted(an_antrag(betreff=f"Sache {wort}"), [a_docx(f"Text mit {wort}")])
        assert_nothing_crosses(here, [OFFICIAL, "leitung-32"], there, answer["id"], wort)
        for path in (f"antraege/{answer['id']}", f"antraege/{answer['id']}/quittung"):
            assert there.get(PORTAL, path).status_code == 404
        assert all(item["id"] != answer["id"] for item in there.items(PORTAL, "antraege", limit=200))


def test_a_key_means_something_else_to_each_mandant(origin: Origin, neighbour: Origin) -> None:
    key = str(uuid.uuid4())
    first, second = origin.submit(an_antrag(), key=key), neighbour.submit(an_antrag(), key=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]


def test_what_waits_in_one_posteingang_is_not_in_the_other(origin: Origin, neighbour: Origin) -> None:
    unknown = {"schluessel": "99999999999999", "bezeichnung": "Unbekannt"}
    antrag_id = neighbour.accepted(an_antrag(leistung=unknown))["id"]
    eventually(lambda: antrag_id in str(neighbour.items("poststelle-10", "posteingang")), "Posteingang")
    assert all(item["antrag_id"] != antrag_id for item in origin.items("poststelle-10", "posteingang"))


def test_offices_and_plan_are_each_ones_own(origin: Origin, neighbour: Origin) -> None:
    ids = [{item["id"] for item in one.items(OFFICIAL, "organisationseinheiten")} for one in (origin, neighbour)]
    assert ids[0]
    assert ids[1]
    assert not ids[0] & ids[1]
    assert origin.read(OFFICIAL, "ich")["mandant"] == "dueren"
    assert neighbour.read(OFFICIAL, "ich")["mandant"] == "nachbarstadt"
