"""
`kill -9` of the servers that the real profile uses, one after the other, under a steady load.

    python -m tests.faults.servers                                  # each server: 3 times, and once away for 2 minutes
    python -m tests.faults.servers --server kafka --rounds 1 --away 0 --stack run

One JSON line tells each fault: what was accepted and refused while it lasted, after how many seconds the server was
back, after how many more everything worked again, and how long the rest took to be filed when nothing new came. Ends
with 1 and names the invariant that was broken, also when a fault did not happen.
"""

import argparse
import contextlib
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.faults.fault import Fault
from tests.faults.ledger import PERSONAL, Ledger, settle
from tests.faults.load import SUBMIT, Load, Outcome
from tests.faults.results import Results, add_results_option
from tests.harness.children import exit_when_interrupted
from tests.harness.client import Origin, eventually
from tests.harness.installation import SERVICES, Installation
from tests.harness.invariants import check_invariants
from tests.harness.real import ALL, RealServers, origin_of
from tests.harness.server import fresh_folder
from tests.harness.stack import TestStack, running_stack, stack_on_free_ports

LEAD, ALOFT = (2.0, 6.0), (0.5, 3.0)
HEAL_SECONDS = 60.0
_LONGEST_SECONDS = 300.0
_CALM_SECONDS = 3.0
# What may go unanswered while a server is away; everything else goes on.
_EXCUSED: dict[str, frozenset[str] | None] = {
    "kafka": frozenset(),
    "keycloak": frozenset(),
    "opensearch": frozenset({"suche"}),
    "s3": frozenset({SUBMIT}),
    "postgres": None,
}
_PROGRESS = " UNION ALL ".join(
    f"SELECT '{service} {what}', max({column}) FROM {service}.{table}"
    for service in SERVICES
    for what, table, column in (("relay", "outbox", "sent_at"), ("consumers", "inbox", "created_at"))
)


@dataclass
class Scene:
    """An installation under fault, and what its senders know."""

    stack: TestStack
    installation: Installation
    origin: Origin
    heal_within: float
    pace: float
    ledger: Ledger = field(default_factory=Ledger)


def run(
    stack: TestStack,
    plan: Sequence[tuple[str, float | None]],
    results: Results,
    *,
    heal_within: float,
    pace: float = 1.0,
) -> None:
    """
    Carry out a plan on an installation of its own and check the invariants whenever its server changes.

    Each entry is a server and for how many seconds it is away; None draws a moment, as a supervisor takes it.
    """
    dice = random.Random(results.seed)
    with _scene(stack, heal_within=heal_within, pace=pace) as scene:
        for number, (name, away) in enumerate(plan):
            seconds, lead = dice.uniform(*ALOFT) if away is None else away, dice.uniform(*LEAD)
            fault = partial(one_fault, scene, name, seconds, lead=lead)
            results.of(fault, fault=number + 1, out_of=len(plan), pace=pace, server=name)
            if number + 1 == len(plan) or plan[number + 1][0] != name:
                results.of(partial(_check, scene, name), invariants_after=name)


def one_fault(scene: Scene, name: str, away: float, *, lead: float) -> dict[str, Any]:
    """Kill a server under load, bring it back after so many seconds, wait until all is well; return the figures."""
    fault = Fault(scene.stack, name)
    before = time.monotonic()
    with Load(scene.origin, scene.ledger, pace=scene.pace) as load:
        eventually(lambda: len(_done(load.since(before, SUBMIT))) >= 5, "the load runs", seconds=120)
        time.sleep(lead)
        killed = time.monotonic()
        fault.kill()
        time.sleep(away)
        back_after, back = fault.back(), datetime.now(UTC)
        healed = _healed(scene, load, back)
        time.sleep(_CALM_SECONDS)
    drained = _drained(scene)
    during = load.since(killed)
    _check_outcomes(name, during, calm=[one for one in during if one.sent > killed + away + back_after + healed])
    assert healed <= scene.heal_within, f"{name}: all is well only {healed:.1f} s after it was back"
    submissions = [one for one in during if one.what == SUBMIT]
    return {
        "away_seconds": round(away, 1),
        "back_after_seconds": round(back_after, 1),
        "healed_after_seconds": round(healed, 1),
        "drained_after_seconds": round(drained, 1),
        "submissions": len(submissions),
        "accepted": len(_done(submissions)),
        "refused": sum(one.status == 503 for one in submissions),
        "unanswered": sum(one.status == 0 for one in submissions),
        "reads": len(during) - len(submissions),
        "reads_failed": sum(one.status != 200 for one in during if one.what != SUBMIT),
    }


def _healed(scene: Scene, load: Load, back: datetime) -> float:
    """Return after how many seconds every kind of request is served and every relay and consumer has moved on."""
    started = time.monotonic()
    missing = ["everything"]
    while missing:
        assert time.monotonic() - started < _LONGEST_SECONDS, f"not healed by itself: {', '.join(missing)}"
        time.sleep(0.25)
        kinds = {one.what for one in list(load.outcomes)}
        served = {one.what for one in load.since(started) if one.status in (200, 201)}
        missing = sorted(kinds - served) + _standing_still(scene.installation, back)
    return time.monotonic() - started


def _standing_still(installation: Installation, since: datetime) -> list[str]:
    try:
        return [name for name, moment in installation.sql(_PROGRESS) if moment is None or moment < since]
    except OSError:
        return ["database"]


def _drained(scene: Scene) -> float:
    """Send again what had no answer; return after how many seconds everything was filed and read."""
    started = time.monotonic()
    settle(scene.origin, scene.ledger, seconds=120)
    patience = 180 + len(scene.ledger.accepted) / 2
    eventually(scene.installation.is_at_rest, "5: every fact sent and read", seconds=patience)
    return time.monotonic() - started


def _check_outcomes(name: str, during: Sequence[Outcome], *, calm: Sequence[Outcome]) -> None:
    excused = _EXCUSED[name]
    failed = [one for one in during if one.status not in (200, 201)]
    unexcused = [one for one in failed if excused is not None and one.what not in excused]
    assert unexcused == [], f"{name} away: {len(unexcused)} requests that do not need it failed, {unexcused[:3]}"
    late = [one for one in failed if one in calm]
    assert late == [], f"{name} back and all well, but {late[:3]} failed"
    assert any(one.what == SUBMIT for one in during), "the fault did not happen: nobody sent anything"


def _check(scene: Scene, name: str) -> Mapping[str, Any]:
    assert scene.ledger.server_errors == [], f"9: {name}: neither done nor 503: {scene.ledger.server_errors[:3]}"
    try:
        check_invariants(scene.installation, scene.origin, scene.ledger.accepted, PERSONAL)
    except AssertionError as error:
        raise AssertionError(f"after {name}: {error}") from error
    accepted, scene.ledger = len(scene.ledger.accepted), Ledger()
    return {"invariants": "hold", "accepted": accepted}


def _done(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [one for one in outcomes if one.status == 201]


@contextlib.contextmanager
def _scene(stack: TestStack, *, heal_within: float, pace: float) -> Iterator[Scene]:
    server = RealServers(stack.endpoints()).installed(ALL)
    try:
        server.start(ready_within=600)
        with origin_of(server) as origin:
            yield Scene(stack, Installation(server, further_logs=stack.logs()), origin, heal_within, pace)
    finally:
        server.remove()


@contextlib.contextmanager
def _own_stack() -> Iterator[TestStack]:
    folder = fresh_folder("registratur-faults-")
    stack = stack_on_free_ports(folder / "data")
    try:
        assert stack.call("up", *stack.ports) == 0, "the servers do not come up"
        yield stack
    finally:
        stack.call("down", quiet=True)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Parse the command line; return 1 with the reason on standard error where something is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", choices=ALL, action="append", help="only this one; may be repeated")
    parser.add_argument("--rounds", type=int, default=3, help="so often is each server killed and soon back")
    parser.add_argument("--away", type=float, default=120, help="once more, for so many seconds; 0 for not at all")
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument("--heal-within", type=float, default=HEAL_SECONDS, help="in so many seconds all is well")
    parser.add_argument("--pace", type=float, default=1.0, help="times 5 submissions and 20 reads a second")
    parser.add_argument("--stack", type=Path, help="data folder of a stack that runs; without it one is started")
    add_results_option(parser)
    chosen = parser.parse_args()
    exit_when_interrupted()
    results = Results(chosen.results, chosen.seed)
    rounds: list[float | None] = [*[None] * chosen.rounds, *([chosen.away] if chosen.away else [])]
    plan = [(name, away) for name in chosen.server or ALL for away in rounds]
    opened: Callable[[], Any] = (
        _own_stack if chosen.stack is None else lambda: contextlib.nullcontext(running_stack(chosen.stack))
    )
    try:
        with opened() as stack:
            run(stack, plan, results, heal_within=chosen.heal_within, pace=chosen.pace)
        results.close(faults=len(plan), invariants="hold")
    except AssertionError as error:
        print(f"BROKEN {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
