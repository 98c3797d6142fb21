"""
`kill -9` of everything at random moments under writers; what was accepted must be there afterwards, once.

    python -m tests.faults.kill_nine --rounds 20
"""

import argparse
import json
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.faults.ledger import PERSONAL, Ledger, send, settle
from tests.harness.children import exit_when_interrupted
from tests.harness.client import Origin
from tests.harness.installation import Installation
from tests.harness.invariants import check_invariants
from tests.harness.server import Server

WRITERS = 4
EARLIEST, LATEST = 0.2, 3.0


class Writer(threading.Thread):
    """Sends one Antrag after the other until told to stop; every answer or its absence is written down."""

    def __init__(self, url: str, ledger: Ledger, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._origin = Origin(url, http=httpx.Client(timeout=30))
        self._ledger = ledger
        self._stop_event = stop

    def run(self) -> None:
        """Write."""
        with self._origin:
            self._write()

    def _write(self) -> None:
        while not self._stop_event.is_set():
            key = self._ledger.begin()
            try:
                send(self._origin, self._ledger, key)
            except httpx.TransportError:
                self._ledger.broken_off += 1
                return


def one_round(server: Server, ledger: Ledger, moment: float) -> None:
    """Write, kill everything at the moment, start again, settle what was left open."""
    stop = threading.Event()
    writers = [Writer(server.url, ledger, stop) for _ in range(WRITERS)]
    before = len(ledger.accepted), ledger.broken_off
    for writer in writers:
        writer.start()
    time.sleep(moment)
    hit = server.kill()
    for writer in writers:
        writer.join(40)
        assert not writer.is_alive(), "a writer hangs although its server is dead"
    stop.set()
    assert len(hit) >= 2, "the fault did not happen: there was nothing to kill"
    assert server.process.returncode == -9, "the fault did not happen: the supervisor ended by itself"
    # PostgreSQL may be a grandchild by now; init reaps it.
    _, alive = psutil.wait_procs(hit, timeout=5)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive), "the fault did not happen"
    assert ledger.broken_off > before[1], "the fault did not happen: no writer noticed it"
    time.sleep(0.5)
    server.start(ready_within=120)
    with Origin(server.url) as origin:
        settle(origin, ledger)


def run(rounds: int, seed: int) -> dict[str, Any]:
    """Run the rounds on a server of its own and check the invariants at the end."""
    dice, ledger, server = random.Random(seed), Ledger(), Server()
    try:
        server.start()
        started = time.monotonic()
        for number in range(rounds):
            moment = dice.uniform(EARLIEST, LATEST)
            one_round(server, ledger, moment)
            print(f"round {number + 1}/{rounds}: killed after {moment:.2f} s, {len(ledger.accepted)} accepted so far")
        assert ledger.server_errors == []
        assert ledger.accepted
        with Origin(server.url) as origin:
            check_invariants(Installation(server), origin, ledger.accepted, PERSONAL)
        return {
            "name": "kill_nine",
            "rounds": rounds,
            "seed": seed,
            "accepted": len(ledger.accepted),
            "lost": 0,
            "double": 0,
            "broken_off": ledger.broken_off,
            "seconds": round(time.monotonic() - started, 1),
        }
    finally:
        server.remove()


def main() -> int:
    """Parse the command line; one JSON line tells the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=20261125)
    arguments = parser.parse_args()
    exit_when_interrupted()
    print(json.dumps(run(arguments.rounds, arguments.seed)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
