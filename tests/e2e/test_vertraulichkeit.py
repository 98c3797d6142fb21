"""A Vorgang that becomes more confidential is gone, everywhere, for who may not read it any more."""

import time

from tests.harness.client import Origin, an_antrag, eventually
from tests.harness.files import a_pdf, a_word

OFFICIAL, LEADER = "sachbearbeitung-32", "leitung-32"


def test_who_may_not_read_it_any_more_loses_hit_title_count_and_aufgabe(origin: Origin) -> None:
    word = a_word()
    antrag_id = origin.accepted(an_antrag(betreff=f"Anmeldung {word}"), [a_pdf(f"Beleg {word}")])["id"]
    antrag = origin.wait_for(antrag_id, "durchsuchbar", "zugewiesen")
    akte_id = origin.read(OFFICIAL, f"vorgaenge/{antrag['vorgang_id']}")["akte_id"]

    def hits(who: str) -> dict[str, int]:
        found = origin.read(who, "suche", q=word)
        assert found["anzahl"] == sum(found["facetten"]["typ"].values()) == len(found["items"])
        counts: dict[str, int] = found["facetten"]["typ"]
        return counts

    def aufgaben(who: str) -> bool:
        return antrag["vorgang_id"] in {one["vorgang_id"] for one in origin.items(who, "aufgaben", status="offen")}

    eventually(lambda: hits(OFFICIAL).get("akte"), "hit of the Akte")
    first = origin.read(OFFICIAL, "suche", q=word, limit=1)
    before = hits(OFFICIAL)
    assert aufgaben(OFFICIAL)

    change = {"vertraulichkeit": "vertraulich"}
    answer = origin.http.patch(
        f"{origin.url}/api/v1/akten/{akte_id}", json=change, headers=origin.headers(LEADER, If_Match="*")
    )
    assert answer.status_code == 200, answer.text
    # In records at once, elsewhere when the event arrives.
    for path in (f"akten/{akte_id}", f"vorgaenge/{antrag['vorgang_id']}"):
        assert origin.get(OFFICIAL, path).status_code == 404
    moment = time.monotonic()
    eventually(lambda: not hits(OFFICIAL), "no hit any more")
    eventually(lambda: not aufgaben(OFFICIAL), "no Aufgabe any more")
    eventually(lambda: origin.get(OFFICIAL, f"antraege/{antrag_id}").status_code == 404, "no Antrag any more")
    assert time.monotonic() - moment < 10
    # Nor by the cursor of a page that was read before.
    answer = origin.get(OFFICIAL, "suche", q=word, limit=1, cursor=first["next"])
    assert (answer.json()["items"], answer.json()["anzahl"]) == ([], 0)
    assert word not in answer.text
    assert hits(LEADER) == before
    assert aufgaben(LEADER)
