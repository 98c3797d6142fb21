"""
What sealing costs: how fast it is, how long a full verification takes, and whether writers notice it.

    python -m tests.load.sealing [--entries 1000000] [--seconds 10] [--pairs 5]

Writers are measured in pairs, without and with a running sealer, one after the other on the same database; the figure
is the median of the ratios. One JSON line a figure.
"""

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from dms_kit.core.actor import Actor
from dms_kit.core.clock import SystemClock
from dms_kit.database import create_engine
from dms_kit.unit_of_work import PostgresUnitOfWork, UnitOfWorkFactory
from dms_workflow.main import SCHEMA
from tests.faults.tampering import a_server
from tests.harness.sealed import MANDANT, SERVICE, SealedDatabase
from tests.load.figures import Report, spread_of

WRITERS = 4
# A checkpoint a minute holds some thousand entries under load.
_EXPORTED = 5000
_VERIFY_BAR = 180.0
ACTOR = Actor(mandant=MANDANT, sub="sub-bench", client="bench")


def writers(database: SealedDatabase, report: Report, *, seconds: float, pairs: int) -> None:
    """Measure acts a second of writers beside which nothing happens, and beside which a sealer seals and exports."""
    rates = [
        (asyncio.run(_rate(database, seconds, sealed=False)), asyncio.run(_rate(database, seconds, sealed=True)))
        for _ in range(pairs)
    ]
    ratios = [beside / alone for alone, beside in rates]
    report.figure("acts of writers without a sealer", statistics.median(alone for alone, _ in rates), "1/s")
    report.figure("acts of writers beside a sealer", statistics.median(beside for _, beside in rates), "1/s")
    report.figure("writers beside a sealer", statistics.median(ratios), "of without", **spread_of(ratios))


def verification(database: SealedDatabase, report: Report, entries: int) -> None:
    """Seal many entries with as many checkpoints as a day would have, and verify all of them."""
    spent = 0.0
    for start in range(0, entries, _EXPORTED):
        database.write(min(_EXPORTED, entries - start), each=500)
        begun = time.perf_counter()
        database.seal()
        spent += time.perf_counter() - begun
    report.figure("entries sealed and exported", entries / spent, "1/s")
    begun = time.perf_counter()
    verdict = database.verify()
    seconds = time.perf_counter() - begun
    report.figure(
        f"full verification of {entries} entries",
        seconds,
        "s",
        bar=_VERIFY_BAR,
        code=verdict.code,
        findings=len(verdict.lines),
        checkpoints=len(list(database.folder.glob("objects/*/audit/*/*"))),
    )


async def _rate(database: SealedDatabase, seconds: float, *, sealed: bool) -> float:
    engine = create_engine(database.url("dms_workflow").replace("postgresql:", "postgresql+asyncpg:"))
    units = UnitOfWorkFactory(
        PostgresUnitOfWork,
        engine=engine,
        metadata=SCHEMA.metadata,
        service=SERVICE,
        clock=SystemClock(),
        to_message=lambda event: event,
        wake=lambda: None,
    )
    stop = asyncio.Event()
    async with database.sealer() as (sealer, _):
        sealing = asyncio.create_task(sealer.run(stop)) if sealed else None
        counts = await asyncio.gather(*(_write(units, seconds) for _ in range(WRITERS)))
        stop.set()
        if sealing is not None:
            await sealing
    await engine.dispose()
    return sum(counts) / seconds


async def _write(units: UnitOfWorkFactory[PostgresUnitOfWork], seconds: float) -> int:
    """Commit acts of one entry with values, one after the other."""
    count, deadline = 0, time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        async with units.for_actor(ACTOR)() as uow:
            uow.audit("aufgabe.claimed", "aufgabe", uuid.uuid4(), {"bearbeiter": "sub-bench"})
            await uow.commit()
        count += 1
    return count


def main() -> int:
    """Measure both."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.sealing", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000, help="entries of the full verification")
    parser.add_argument("--seconds", type=float, default=10.0, help="seconds of one measurement of writers")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of such measurements")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="registratur-store-"))
    report = Report(profile="embedded", seed=0, layout=lambda: {"writers": WRITERS, "postgres": 1}, parts={})
    try:
        with a_server() as url:
            writers(SealedDatabase.create(url, folder / "a"), report, seconds=given.seconds, pairs=given.pairs)
            verification(SealedDatabase.create(url, folder / "b"), report, given.entries)
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
