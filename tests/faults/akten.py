"""
`kill -9` at named points of check-in, registration and reorganisation: each act happens wholly and once, or not at all.

    python -m tests.faults.akten --rounds 4 --seed 20261130

What dies is the API of records, `tests.faults.dying`, as a process beside an installation. After each kill what is left
is looked at, the process starts again, and the client repeats its request under its key. One JSON line a kill; ends
with 1 where something was wrong.
"""

import argparse
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.faults.acts import Act, CheckIn, Registration, Reorganisation
from tests.faults.dying import CHECK_IN, COMMITTED, POINTS, REGISTRATION, REORGANISATION, wanted_in
from tests.faults.ledger import PERSONAL, Ledger, send
from tests.faults.results import Results, add_results_option
from tests.harness.children import exit_when_interrupted
from tests.harness.client import Origin, eventually
from tests.harness.installation import Installation
from tests.harness.invariants import check_invariants
from tests.harness.server import Server, free_port

_READY_SECONDS = 300
_ROOT = Path(__file__).parents[2]


class DyingRecords:
    """The API of records beside an installation, on its databases and its store."""

    def __init__(self, server: Server) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = server.data.parent / "dying.log"
        self._command = [sys.executable, "-m", "tests.faults.dying", "api", "--port", str(port)]
        told = subprocess.run(
            [sys.executable, "-m", "dms_standalone", "env"],
            cwd=_ROOT,
            env=dict(server.environment()),
            capture_output=True,
            text=True,
            check=True,
        )
        self._environment = {
            **server.environment(),
            **dict(line.split("=", 1) for line in told.stdout.splitlines()),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=_ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        eventually(self._is_ready, "records is ready", seconds=_READY_SECONDS)

    def ensure(self) -> None:
        """Start it unless it runs."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def died(self) -> int:
        """Return how it ended."""
        assert self._process is not None
        return self._process.wait(20)

    def stop(self) -> None:
        """End it if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text(encoding="utf-8")[-4000:]
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


class Town:
    """One installation, in which each act goes on where its last kill left it."""

    def __init__(self, server: Server, origin: Origin, records: DyingRecords, dice: random.Random) -> None:
        self._wanted = wanted_in(server.data)
        self._origin = origin
        self._records = records
        self._ledger = Ledger()
        self._installation = Installation(server, further_logs=[records.log])
        # The other nine invariants are about more than the acts.
        assert send(origin, self._ledger, self._ledger.begin())
        self._acts: Mapping[str, Act] = {
            name: act(origin, records.url, self._installation, dice)
            for name, act in ((CHECK_IN, CheckIn), (REGISTRATION, Registration), (REORGANISATION, Reorganisation))
        }

    def kill_at(self, point: str) -> int:
        """Kill there and check what follows; return how many objects it left to the reaper."""
        act, happened = self._acts[point.partition(":")[0]], point.endswith(COMMITTED)
        # It may be dead still, after a kill whose outcome was wrong.
        self._records.ensure()
        act.begin()
        before = set(self._installation.orphans())
        self._die(act, point)
        left = set(self._installation.orphans()) - before
        assert len(left) == (0 if happened else act.objects), f"left in the store: {left}"
        act.check_left(happened=happened)
        self._records.start()
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
        self._wanted.write_text(point, encoding="utf-8")
        try:
            answer = act.send()
        except httpx.TransportError:
            pass
        else:
            self._wanted.unlink(missing_ok=True)
            raise AssertionError(f"the fault did not happen: {answer.status_code} {answer.text}")
        code = self._records.died()
        assert code == -signal.SIGKILL, f"the fault did not happen: records ended with {code}"
        assert not self._wanted.exists(), "the fault happened elsewhere"


@contextmanager
def a_town(seed: int) -> Iterator[Town]:
    """Start an installation, and what dies beside it; remove both at the end."""
    server = Server()
    try:
        server.start(ready_within=_READY_SECONDS)
        records = DyingRecords(server)
        try:
            with Origin(server.url) as origin:
                town = Town(server, origin, records, random.Random(seed))
                records.start()
                yield town
        finally:
            records.stop()
    finally:
        server.remove()


def run(town: Town, point: str) -> dict[str, Any]:
    """Kill there and check everything; tell how it went."""
    left, said = None, ""
    try:
        left = town.kill_at(point)
        town.check_invariants()
    except AssertionError as error:
        said = str(error)
    return {"orphans": left, "sound": not said, "said": said}


def main() -> int:
    """Kill at each point, several times, in an order that the seed says."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.akten", description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, help="how often to kill at each point")
    parser.add_argument("--seed", type=int, default=20261130, help="says the order of the points and the files")
    add_results_option(parser)
    given = parser.parse_args()
    exit_when_interrupted()
    results, dice, bad = Results(given.results, given.seed), random.Random(given.seed), 0
    with a_town(given.seed) as town:
        for number in range(1, given.rounds + 1):
            for point in dice.sample(POINTS, len(POINTS)):
                line = results.of(partial(run, town, point), round=number, point=point)
                bad += not line["sound"]
    results.close(kills=given.rounds * len(POINTS), bad=bad)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
