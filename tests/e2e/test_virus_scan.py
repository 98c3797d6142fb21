"""One infected file among clean ones, over HTTP, with a real clamd."""

from collections.abc import Iterator

import pytest

from dms_kit.testing.real import real_server
from tests.harness.client import PORTAL, Origin, an_antrag, eventually
from tests.harness.files import a_pdf, a_word
from tests.harness.server import Server

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]
OFFICIAL, STRANGER, OPERATOR = "sachbearbeitung-32", "sachbearbeitung-50", "betrieb"
# The file by which scanners are tested (EICAR), in two parts: no file of ours may be one that scanners report.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
def scanned() -> Iterator[Origin]:
    """An origin whose files are scanned."""
    server = Server(DMS_VIRUS_SCANNER="clamd", DMS_CLAMD_ADDRESS=real_server("clamd"))
    try:
        with Origin(server.start().url) as origin:
            yield origin
    finally:
        server.remove()


def test_infected_file_is_neither_served_nor_read_and_everyone_concerned_is_told(scanned: Origin) -> None:
    wort, hidden = a_word(), a_word()
    infected = ("rechnung.txt", EICAR + b"\n" + hidden.encode(), "text/plain")
    answer = scanned.accepted(an_antrag(), [a_pdf(f"Gewerbeschein {wort}"), infected])
    antrag = scanned.wait_for(answer["id"], "durchsuchbar", "zugewiesen", seconds=120)

    found = scanned.read(OFFICIAL, "suche", q=wort, typ="dokument")["items"]
    assert [hit["vorgang_id"] for hit in found] == [antrag["vorgang_id"]]
    assert scanned.read(OFFICIAL, "suche", q=hidden)["anzahl"] == 0
    dokumente = scanned.items(OFFICIAL, f"vorgaenge/{antrag['vorgang_id']}/dokumente")
    results = {dokument["dateiname"]: dokument["pruefstatus"] for dokument in dokumente}
    assert results.pop("rechnung.txt") == "befallen"
    assert set(results.values()) == {"sauber"}

    (dokument,) = scanned.items(OFFICIAL, "dokumente", pruefstatus="befallen")
    assert dokument["dateiname"] == "rechnung.txt"
    answer_409 = scanned.get(OFFICIAL, f"dokumente/{dokument['id']}/inhalt")
    assert (answer_409.status_code, answer_409.json()["type"]) == (409, "/problems/inhalt-gesperrt")
    assert scanned.items(STRANGER, "dokumente", pruefstatus="befallen") == []
    (finding,) = scanned.items(OPERATOR, "betrieb/records/befunde")
    assert (finding["dokument_id"], finding["befund"]) == (dokument["id"], dokument["befund"])

    def told() -> bool:
        anlagen = scanned.read(PORTAL, f"antraege/{answer['id']}")["anlagen"]
        return [anlage["pruefstatus"] for anlage in anlagen] == ["sauber", "befallen"]

    eventually(told, "the portal knows of both files")
