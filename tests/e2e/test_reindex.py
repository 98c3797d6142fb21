"""The index can be built anew: by hand while the old one answers, and by itself when it is lost."""

import shutil
import time

import pytest

from tests.harness.client import Origin, an_antrag, eventually
from tests.harness.files import a_pdf, a_word
from tests.harness.server import Server

OFFICIAL, BETRIEB = "sachbearbeitung-32", "betrieb"
DONE = {"fertig", "abgeschlossen", "erledigt"}


def test_a_new_index_is_built_beside_the_old_one(origin: Origin) -> None:
    wort = a_word()
    antrag = origin.accepted(an_antrag(), [a_pdf(f"Beleg {wort}")])
    origin.wait_for(antrag["id"], "durchsuchbar")
    before = origin.read(OFFICIAL, "suche", q=wort)
    started = origin.post(BETRIEB, "betrieb/reindex")
    assert started.status_code in {201, 202}, started.text
    progress = started.headers["location"].removeprefix("/api/v1/")
    deadline = time.monotonic() + 90
    while (run := origin.read(BETRIEB, progress))["status"] not in DONE:
        assert origin.read(OFFICIAL, "suche", q=wort)["anzahl"] == before["anzahl"], "the old index goes on answering"
        assert time.monotonic() < deadline, run
        time.sleep(0.1)
    after = origin.read(OFFICIAL, "suche", q=wort)
    assert [hit["id"] for hit in after["items"]] == [hit["id"] for hit in before["items"]]
    assert after["facetten"] == before["facetten"]


def test_only_betrieb_starts_it(origin: Origin) -> None:
    for who in (OFFICIAL, "leitung-32", "portal"):
        assert origin.post(who, "betrieb/reindex").status_code == 403


@pytest.mark.timeout(240)
def test_a_lost_index_heals_by_itself(own_server: Server) -> None:
    wort = a_word()
    own_server.start()
    with Origin(own_server.url) as origin:
        antrag = origin.accepted(an_antrag(), [a_pdf(f"Beleg {wort}")])
        origin.wait_for(antrag["id"], "durchsuchbar")
    own_server.stop()
    folders = [path for path in own_server.data.iterdir() if "ind" in path.name and path.is_dir()]
    assert folders, "the index is a folder below the data"
    for folder in folders:
        shutil.rmtree(folder)
    own_server.start()
    with Origin(own_server.url) as again:

        def found() -> bool:
            answer = again.get(OFFICIAL, "suche", q=wort)
            return answer.status_code == 200 and answer.json()["anzahl"] >= 1

        assert eventually(found, "the lost index", seconds=90)
