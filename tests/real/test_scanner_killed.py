"""clamd is killed under load: what comes in waits, nothing infected is opened, and everything heals by itself."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from dms_kit.testing.real import real_server
from tests.faults.fault import Fault
from tests.harness.client import PORTAL, Origin, an_antrag, eventually
from tests.harness.files import a_text, a_word
from tests.harness.server import Server
from tests.harness.stack import TestStack

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]
OFFICIAL = "sachbearbeitung-32"
# The file by which scanners are tested (EICAR), in two parts: no file of ours may be one that scanners report.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TIMES, WAITING, PAUSE = 3, 5, 0.2
HEAL_WITHIN = 120.0


@pytest.fixture
def scanned() -> Iterator[Server]:
    """A server whose files are scanned."""
    server = Server(DMS_VIRUS_SCANNER="clamd", DMS_CLAMD_ADDRESS=real_server("clamd"))
    try:
        yield server.start()
    finally:
        server.remove()


@dataclass
class Load:
    """An applicant who sends a clean and an infected file each time, and an official who opens whatever is listed."""

    url: str
    accepted: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    opened: Counter[int] = field(default_factory=Counter)
    leaked: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        threads = [threading.Thread(target=work) for work in (self._apply, self._open)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _apply(self) -> None:
        with Origin(self.url) as origin:
            while not self._stop.wait(PAUSE):
                infected = ("rechnung.txt", EICAR + b"\n" + a_word().encode(), "text/plain")
                answer = origin.submit(an_antrag(), [a_text(f"Notiz {a_word()}"), infected])
                self.answers[answer.status_code] += 1
                if answer.status_code == 201:
                    self.accepted.append(answer.json()["id"])

    def _open(self) -> None:
        with Origin(self.url) as origin:
            while not self._stop.wait(PAUSE):
                for dokument in origin.read(OFFICIAL, "dokumente", pruefstatus="befallen", limit=5)["items"]:
                    self._open_one(origin, dokument["id"])
                for vorgang in origin.read(OFFICIAL, "vorgaenge", limit=3)["items"]:
                    for dokument in origin.read(OFFICIAL, f"vorgaenge/{vorgang['id']}/dokumente")["items"]:
                        self._open_one(origin, dokument["id"])

    def _open_one(self, origin: Origin, dokument_id: str) -> None:
        answer = origin.get(OFFICIAL, f"dokumente/{dokument_id}/inhalt")
        self.opened[answer.status_code] += 1
        if EICAR in answer.content:
            self.leaked.append(dokument_id)


@pytest.mark.port("faults", "clamd killed under load")
def test_a_scanner_killed_under_load_lets_files_wait_and_nothing_infected_through(
    scanned: Server, stack: TestStack
) -> None:
    load = Load(scanned.url)
    with Origin(scanned.url) as origin, load.running():
        for _ in range(TIMES):
            before = len(load.accepted)
            eventually(lambda known=before: len(load.accepted) > known + 1, "the load runs", seconds=60)
            eventually(lambda known=before: _is_told(origin, load.accepted[known]), "it is scanned", seconds=60)
            fault = Fault(stack, "clamd")
            fault.kill()
            killed = len(load.accepted) + 1
            eventually(lambda known=killed: len(load.accepted) >= known + WAITING, "they are accepted", seconds=60)
            waiting = load.accepted[killed : killed + WAITING]
            assert {result for row in waiting for result in _results(origin, row)} == {"nicht_geprueft"}
            fault.check_away()
            sent = list(load.accepted)
            fault.back()
            eventually(
                lambda known=sent: all(_is_told(origin, row) for row in known[-2 * WAITING :]),
                "what had waited is scanned",
                seconds=HEAL_WITHIN,
            )
    with Origin(scanned.url) as origin:
        eventually(lambda: all(_is_told(origin, row) for row in load.accepted), "all is scanned", seconds=HEAL_WITHIN)
    assert load.leaked == []
    assert set(load.answers) == {201}
    assert set(load.opened) == {200, 409}


def _results(origin: Origin, antrag_id: str) -> list[str]:
    return [anlage["pruefstatus"] for anlage in origin.read(PORTAL, f"antraege/{antrag_id}")["anlagen"]]


def _is_told(origin: Origin, antrag_id: str) -> bool:
    return _results(origin, antrag_id) == ["sauber", "befallen"]
