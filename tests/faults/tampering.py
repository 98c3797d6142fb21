"""
Tampering with sealed entries as database superuser: each attack must be found, and its first bad entry be named.

    python -m tests.faults.tampering --attacks 20 --entries 2000 --untouched 100000

One JSON line tells each attack, the last one the sum. Ends with 1 when one was not found, was named wrongly, or when
something was found in entries that nobody touched.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from dms_standalone.os_user import unprivileged_user
from dms_standalone.postgres import PostgresServer, refuse_unreachable, wheel_binaries
from tests.faults.attacks import ATTACKS, Wrong
from tests.faults.results import Results, add_results_option
from tests.harness.children import exit_when_interrupted
from tests.harness.sealed import MANDANT, SERVICE, SealedDatabase, Verdict

ROLL_BACK = "roll back"
KINDS = (*ATTACKS, ROLL_BACK)


@dataclass
class Scene:
    """A sealed database, and an earlier state of it."""

    whole: SealedDatabase
    earlier: SealedDatabase


def prepare(superuser_url: str, folder: Path, entries: int) -> Scene:
    """Write and seal entries of two Mandanten, in several checkpoints; half of them are the earlier state."""
    whole = SealedDatabase.create(superuser_url, folder)
    earlier = whole
    for part in range(4):
        whole.write(entries // 4, each=25)
        whole.write(entries // 40, mandant="nachbarstadt")
        whole.seal()
        if part == 1:
            earlier = whole.copy()
    return Scene(whole, earlier)


def attack(scene: Scene, kind: str, seed: int) -> dict[str, Any]:
    """Do it to a copy, verify the copy, and tell whether its first bad entry was found."""
    chance = random.Random(f"{kind} {seed}")
    database, wrong = _rolled_back(scene, chance) if kind == ROLL_BACK else _attacked(scene, kind, chance)
    try:
        verdict = database.verify()
    finally:
        database.drop()
        if database.folder != scene.whole.folder:
            shutil.rmtree(database.folder)
    said = list(verdict.lines[:3])
    return {"found": _is_named(verdict, wrong), "said": said, "code": verdict.code, "entry": wrong.entry}


def _attacked(scene: Scene, kind: str, chance: random.Random) -> tuple[SealedDatabase, Wrong]:
    database = scene.whole.copy()
    return database, database.as_superuser(lambda connection: ATTACKS[kind](connection, chance))


def _rolled_back(scene: Scene, chance: random.Random) -> tuple[SealedDatabase, Wrong]:
    """Put an earlier state of the whole database in its place, and in half of the cases go on with it."""
    order = "SELECT entry_id FROM workflow.audit_leaf WHERE mandant = $1 ORDER BY number"
    kept = len(scene.earlier.sql(order, MANDANT))
    [first, *_] = [row["entry_id"] for row in scene.whole.sql(order, MANDANT)[kept:]]
    if chance.random() < 0.5:
        return scene.earlier.copy(), Wrong(first, frozenset({"zurueckgedreht"}))
    # The store keeps what it had; what is written now goes there too.
    folder = Path(tempfile.mkdtemp(prefix="registratur-store-"))
    shutil.copytree(scene.whole.folder, folder, dirs_exist_ok=True)
    database = scene.earlier.copy(folder)
    database.write(chance.randint(1, 30))
    database.seal()
    return database, Wrong(first, frozenset({"gabelung", "geaendert", "geloescht"}))


def _is_named(verdict: Verdict, wrong: Wrong) -> bool:
    named = [line.split(" ") for line in verdict.lines if f" {SERVICE}/{MANDANT}/" in line]
    if verdict.code != 1 or not named:
        return False
    mark, kind, subject = named[0]
    return mark == "BEFUND" and kind in wrong.kinds and subject == f"{SERVICE}/{MANDANT}/{wrong.entry}"


@contextmanager
def a_server() -> Iterator[str]:
    """Start a PostgreSQL of its own; gives the superuser's URL."""
    folder = Path(tempfile.mkdtemp(prefix="registratur-tampering-"))
    folder.chmod(0o711)
    refuse_unreachable(unprivileged_user(), wheel_binaries(), folder / "postgres")
    server = PostgresServer(folder / "postgres", "test", settings={"fsync": "off", "max_wal_size": "4GB"})
    try:
        server.start()
        yield server.superuser_url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def untouched(superuser_url: str, count: int) -> dict[str, Any]:
    """Seal many entries, and verify them: nothing may be found."""
    folder = Path(tempfile.mkdtemp(prefix="registratur-store-"))
    try:
        database = SealedDatabase.create(superuser_url, folder)
        database.write(count, each=500)
        started = time.monotonic()
        sealed = database.seal()
        verifying = time.monotonic()
        verdict = database.verify()
        verified = time.monotonic()
        database.drop()
    finally:
        shutil.rmtree(folder)
    return {
        "untouched": sealed,
        "alarms": len(verdict.lines),
        "code": verdict.code,
        "sealing_seconds": round(verifying - started, 1),
        "verifying_seconds": round(verified - verifying, 1),
    }


def main() -> int:
    """Attack again and again, then look at what nobody touched."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.tampering", description=__doc__)
    parser.add_argument("--attacks", type=int, default=20, help="attacks of each kind")
    parser.add_argument("--entries", type=int, default=2000, help="entries of the attacked Protokoll")
    parser.add_argument("--untouched", type=int, default=100_000, help="entries in which nothing may be found")
    parser.add_argument("--seed", type=int, default=1, help="seed of all attacks")
    add_results_option(parser)
    given = parser.parse_args()
    exit_when_interrupted()
    results, missed = Results(given.results, given.seed), 0
    folder = Path(tempfile.mkdtemp(prefix="registratur-store-"))
    try:
        with a_server() as url:
            scene = prepare(url, folder, given.entries)
            for kind in KINDS:
                for number in range(given.attacks):
                    line = results.of(
                        partial(attack, scene, kind, given.seed * 1000 + number), kind=kind, attack=number
                    )
                    missed += not line["found"]
            calm = results.of(partial(untouched, url, given.untouched), entries=given.untouched)
    finally:
        shutil.rmtree(folder)
    attacks = given.attacks * len(KINDS)
    results.close(attacks=attacks, found=attacks - missed, alarms=calm["alarms"])
    return 1 if missed or calm["code"] else 0


if __name__ == "__main__":
    sys.exit(main())
