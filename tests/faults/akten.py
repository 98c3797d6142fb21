"""
`kill -9` at named points of check-in, registration and reorganisation: each act happens wholly and once, or not at all.

    python -m tests.faults.akten --rounds 4 --seed 20261130

After each kill everything starts again, what is left is looked at, and the client repeats its request under its key.
One JSON line a kill; ends with 1 where something was wrong. What dies is `tests.faults.dying`.
"""

import argparse
import json
import random
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.faults.acts import Act, CheckIn, Registration, Reorganisation
from tests.faults.dying import CHECK_IN, COMMITTED, POINTS, REGISTRATION, REORGANISATION, wanted_in
from tests.faults.ledger import PERSONAL, Ledger, send
from tests.harness.client import Origin
from tests.harness.installation import Installation
from tests.harness.invariants import check_invariants
from tests.harness.server import Server

_READY_SECONDS = 300


class DyingServer(Server):
    """An installation that dies where it is told to."""

    module = "tests.faults.dying"


class Town:
    """One installation, in which each act goes on where its last kill left it."""

    def __init__(self, server: DyingServer, origin: Origin, dice: random.Random) -> None:
        self._server = server
        self._origin = origin
        self._ledger = Ledger()
        self._installation = Installation(server)
        self.failed_starts = 0
        # The other nine invariants are about more than the acts.
        assert send(origin, self._ledger, self._ledger.begin())
        self._acts: Mapping[str, Act] = {
            CHECK_IN: CheckIn(origin, self._installation, dice),
            REGISTRATION: Registration(origin, self._installation, dice),
            REORGANISATION: Reorganisation(origin, self._installation, dice),
        }

    def kill_at(self, point: str) -> int:
        """Kill there and check what follows; return how many objects it left to the reaper."""
        act, happened = self._acts[point.partition(":")[0]], point.endswith(COMMITTED)
        act.begin()
        before = set(self._installation.orphans())
        self._die(act, point)
        left = set(self._installation.orphans()) - before
        assert len(left) == (0 if happened else act.objects), f"left in the store: {left}"
        act.check_left(happened=happened)
        first, again = act.send(), act.send()
        assert first.status_code == again.status_code == act.status, first.text
        assert first.json() == again.json(), "the same request got two answers"
        replayed = ["idempotency-replayed" in answer.headers for answer in (first, again)]
        assert replayed == [happened, True], "the act was not done exactly once"
        act.check_done(first.json())
        assert set(self._installation.orphans()) - before == left, "the repetition left objects"
        assert self._installation.missing_objects() == []
        return len(left)

    def check_invariants(self) -> None:
        """Check all ten; the reaper takes what was left."""
        check_invariants(self._installation, self._origin, self._ledger.accepted, PERSONAL)

    def _die(self, act: Act, point: str) -> None:
        wanted, process = wanted_in(self._server.data), self._server.process
        wanted.write_text(point, encoding="utf-8")
        try:
            answer = act.send()
        except httpx.TransportError:
            pass
        else:
            wanted.unlink(missing_ok=True)
            raise AssertionError(f"the fault did not happen: {answer.status_code} {answer.text}")
        code = process.wait(20)
        assert code == -signal.SIGKILL, f"the fault did not happen: the server ended with {code}"
        assert not wanted.exists(), "the fault happened elsewhere"
        self._start()

    def _start(self) -> None:
        """Start as an operator's supervisor does: where the processor is taken, a start may give up."""
        for last in (False, False, True):
            try:
                self._server.start(ready_within=_READY_SECONDS)
            except AssertionError:
                if last:
                    raise
                self.failed_starts += 1
            else:
                return


@contextmanager
def a_town(seed: int) -> Iterator[Town]:
    """Start an installation; remove it at the end."""
    server = DyingServer()
    try:
        server.start(ready_within=_READY_SECONDS)
        with Origin(server.url) as origin:
            yield Town(server, origin, random.Random(seed))
    finally:
        server.remove()


def run(town: Town, point: str) -> dict[str, Any]:
    """Kill there and check everything; tell how it went."""
    started, left, said = time.monotonic(), None, ""
    try:
        left = town.kill_at(point)
        town.check_invariants()
    except AssertionError as error:
        said = str(error)
    return {"point": point, "orphans": left, "sound": not said, "said": said, "seconds": _since(started)}


def _since(started: float) -> float:
    return round(time.monotonic() - started, 1)


def main() -> int:
    """Kill at each point, several times, in an order that the seed says."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.akten", description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, help="how often to kill at each point")
    parser.add_argument("--seed", type=int, default=20261130, help="says the order of the points and the files")
    given = parser.parse_args()
    dice, started, bad = random.Random(given.seed), time.monotonic(), 0
    with a_town(given.seed) as town:
        for number in range(1, given.rounds + 1):
            for point in dice.sample(POINTS, len(POINTS)):
                result = run(town, point)
                bad += not result["sound"]
                print(json.dumps({"round": number, **result}), flush=True)
        counts = {"kills": given.rounds * len(POINTS), "bad": bad, "failed_starts": town.failed_starts}
    print(json.dumps({"name": "kill_at_points", **counts, "seed": given.seed, "seconds": _since(started)}))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
