"""Starting, stopping and starting again: data stay, one instance a folder, no process is left."""

import subprocess
import sys

import httpx
import psutil
import pytest

from tests.harness.client import Origin, an_antrag
from tests.harness.files import a_pdf, a_word
from tests.harness.server import ROOT, Server

OFFICIAL = "sachbearbeitung-32"


def left_of(family: list[psutil.Process]) -> list[psutil.Process]:
    gone, alive = psutil.wait_procs(family, timeout=3)
    assert gone or not family
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.timeout(240)
def test_a_second_start_keeps_everything_and_a_stop_leaves_no_process(own_server: Server) -> None:
    wort = a_word()
    own_server.start()
    with Origin(own_server.url) as origin:
        answer = origin.accepted(an_antrag(), [a_pdf(f"Beleg {wort}")])
        antrag = origin.wait_for(answer["id"], "durchsuchbar", "zugewiesen")
        keys = origin.http.get(f"{origin.url}/.well-known/jwks.json").json()
    family = own_server.family()
    assert len(family) >= 2, "the supervisor alone cannot be everything"
    assert own_server.stop(10) <= 10
    assert own_server.process.returncode in {0, -15, 130, 143}
    assert left_of(family) == []

    own_server.start()
    with Origin(own_server.url) as again:
        assert again.read("portal", f"antraege/{answer['id']}")["quittung"] == answer["quittung"]
        assert again.read(OFFICIAL, f"vorgaenge/{antrag['vorgang_id']}")["aktenzeichen"] == antrag["aktenzeichen"]
        assert again.read(OFFICIAL, "suche", q=wort)["anzahl"] >= 1
        assert again.http.get(f"{again.url}/.well-known/jwks.json").json() == keys
        assert answer["eingangsnummer"] < again.accepted(an_antrag())["eingangsnummer"]


def test_a_second_instance_on_the_same_folder_is_refused(server: Server) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "dms_standalone", "run"],
        cwd=ROOT,
        env={**server.environment(), "DMS_PORT": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode != 0
    assert str(server.data) in refused.stderr + refused.stdout
    assert "Traceback" not in refused.stderr
    assert httpx.get(f"{server.url}/health/ready").status_code == 200


@pytest.mark.timeout(240)
def test_after_the_death_of_the_supervisor_alone_a_start_works(own_server: Server) -> None:
    own_server.start()
    with Origin(own_server.url) as origin:
        answer = origin.accepted(an_antrag())
    family = own_server.family()
    own_server.process.kill()
    own_server.process.wait(10)
    own_server.start()
    assert left_of(family) == [], "orphans of the dead supervisor were ended"
    with Origin(own_server.url) as origin:
        origin.wait_for(answer["id"], "durchsuchbar", "zugewiesen")


def test_two_data_folders_run_side_by_side(server: Server, own_server: Server) -> None:
    own_server.start()
    with Origin(own_server.url) as origin:
        assert origin.accepted(an_antrag())["eingangsnummer"].endswith("0000001")
    assert httpx.get(f"{server.url}/health/ready").status_code == 200
