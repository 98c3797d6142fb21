"""Reorganisations of many Akten: time, number of statements, what is written, and when others see it."""

import asyncio
import statistics
import time
from collections.abc import Sequence

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.core.clock import SystemClock
from dms_kit.database import create_engine
from dms_kit.unit_of_work import UnitOfWorkFactory
from dms_records.adapters.postgres.tables import metadata
from dms_records.adapters.postgres.unit_of_work import RecordsUnitOfWork
from dms_records.bus.outgoing import to_message
from dms_records.domain.reorganisation import (
    ReorganisationCreate,
    ReorganisationMerge,
    ReorganisationSchritt,
    ReorganisationSplit,
    ReorganisationTeil,
)
from dms_records.domain.virenpruefung import VirenpruefungRegel
from dms_records.use_cases.reorganise import Reorganise, reorganise
from tests.harness.client import an_antrag
from tests.harness.files import a_pdf, a_word
from tests.load.copying import Copier
from tests.load.figures import spread_of
from tests.load.measured import Measured

FEW, MANY = 1_000, 100_000
DOKUMENTE_EACH = 3
RUNS = 5
UNIT = "32.20"
_GIVE_UP_SECONDS = 60.0
_ONE = "SELECT n, 1 AS k FROM generate_series($2::int, $3::int) AS n"
_THREE = f"SELECT n, k FROM generate_series($2::int, $3::int) AS n, generate_series(11, {10 + DOKUMENTE_EACH}) AS k"
_AKTE_ID, _VORGANG_ID = "md5('akte/' || n)::uuid", "md5('vorgang/' || n)::uuid"
# What a copy of a filed Antrag has of its own, and from which numbers it is made.
_COPIES = {
    "akte": (_ONE, {"id": _AKTE_ID, "aktenzeichen": "'last#' || n"}),
    "vorgang": (
        _ONE,
        {"id": _VORGANG_ID, "akte_id": _AKTE_ID, "aktenzeichen": "'last#' || n || '#1'", "antrag_id": "NULL"},
    ),
    "dokument": (
        _THREE,
        {
            "id": "md5('dokument/' || n || '/' || k)::uuid",
            "akte_id": _AKTE_ID,
            "vorgang_id": _VORGANG_ID,
            "aktenzeichen": "'last#' || n || '#1#' || k",
            "nummer": "k",
        },
    ),
}


async def reorganisation(measured: Measured) -> None:
    """Measure merge and split, as dry run and for real, of few and of many Akten."""
    installation, report = measured.installation, measured.report
    await asyncio.to_thread(_fill, measured, 1, FEW)
    engine = create_engine(installation.url("dms_records"))
    try:
        acts = _Acts(engine)
        # The first split gives the unit an office of its own: only then all orders are alike but for the Akten.
        await acts.order(_merge("89", "32"))
        few = [await acts.order(steps) for steps in (_split("10", "89"), _split("89", "10"), _merge("90", "89"))]
        await asyncio.to_thread(_fill, measured, FEW + 1, MANY)
        started = await asyncio.to_thread(installation.value, "SELECT pg_current_xact_id()::text::bigint")
        offices = [str(91 + run) for run in range(RUNS)]
        merges = [await acts.order(_merge(new, old)) for new, old in zip(offices, ["90", *offices], strict=False)]
        last = offices[-1]
        splits = [await acts.order(_split(*pair)) for _ in range(RUNS) for pair in (("10", last), (last, "10"))]
        dry = [await acts.order(_merge("99", last), probelauf=True) for _ in range(RUNS)]
    finally:
        await engine.dispose()
    counts = {"akten": MANY, "vorgaenge": MANY, "dokumente": MANY * DOKUMENTE_EACH}
    for name, runs, small in (("merge", merges, few[2]), ("split", splits, few[1]), ("dry run", dry, None)):
        seconds = [run[0] for run in runs]
        more = {"statements": max(run[1] for run in runs), **counts, **spread_of(seconds)}
        if small is not None:
            more[f"statements at {FEW} Akten"] = small[1]
        report.figure(f"reorganisation {name}", statistics.median(seconds), "s", **more)
    written = "SELECT count(*) FROM records.{} WHERE xmin::text::bigint >= $1"
    touched = [await asyncio.to_thread(installation.value, written.format(noun), started) for noun in _COPIES]
    report.figure("reorganisation files written", sum(touched), "rows", bar=0, reorganisations=len(merges + splits))
    await _rights_follow(measured, last)


def _merge(new: str, old: str) -> Sequence[ReorganisationSchritt]:
    create = ReorganisationCreate(schluessel=new, name=f"Amt {new}", uebergeordnet="00")
    return [create, ReorganisationMerge(von=[old], nach=new)]


def _split(new: str, old: str) -> Sequence[ReorganisationSchritt]:
    part = ReorganisationTeil(nach=new, aktenplaneinheiten=[UNIT])
    return [ReorganisationSplit(von=old, teile=[part], rest=None, bleibt=True)]


class _Acts:
    """Carries out the use case itself, on the installation's database, and counts what it asks."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._statements = 0
        self._clock = SystemClock()
        regel = VirenpruefungRegel(is_on=False, withholds_unscanned=False)
        units = UnitOfWorkFactory(
            RecordsUnitOfWork,
            engine=engine,
            metadata=metadata,
            service="records",
            clock=self._clock,
            to_message=lambda fact: to_message(fact, regel),
            wake=lambda: None,
        )
        self._units = units.for_mandant("dueren")
        event.listen(engine.sync_engine, "before_cursor_execute", self._count)

    def _count(self, *_of_a_statement: object) -> None:
        self._statements += 1

    async def order(self, steps: Sequence[ReorganisationSchritt], *, probelauf: bool = False) -> tuple[float, int]:
        """Return how many seconds a reorganisation took, and how many statements."""
        command = Reorganise(schritte=steps, grund="Messung", wirksam_ab=None, probelauf=probelauf)
        self._statements, started = 0, time.perf_counter()
        await reorganise(command, unit_of_work=self._units, clock=self._clock)
        return time.perf_counter() - started, self._statements


def _fill(measured: Measured, first: int, last: int) -> None:
    """Copy one filed Antrag as Akten with a Vorgang and three Dokumente each, past the front door."""
    sample, copier = _sample(measured), Copier(measured.installation)
    for noun, (source, changes) in _COPIES.items():
        copier.copy(noun, sample[noun], changes, source=source, arguments=(first, last))
    copier.settle(*_COPIES)


def _sample(measured: Measured) -> dict[str, str]:
    installation, origin = measured.installation, measured.origin
    found = installation.sql("SELECT id, akte_id FROM records.vorgang WHERE aktenzeichen LIKE '32.20#%' LIMIT 1")
    if not found:
        antrag_id = origin.accepted(an_antrag(), [a_pdf("Beleg")])["id"]
        origin.wait_for(antrag_id, "durchsuchbar", "zugewiesen")
        return _sample(measured)
    dokument = installation.value("SELECT id FROM records.dokument WHERE vorgang_id = $1 LIMIT 1", found[0]["id"])
    return {"vorgang": found[0]["id"], "akte": found[0]["akte_id"], "dokument": dokument}


async def _rights_follow(measured: Measured, old: str) -> None:
    """Measure from the answer until the official of the new office finds what the old one had."""
    origin, word, official = measured.origin, a_word(f"reorganisation/{measured.report.seed}"), "sachbearbeitung-61"
    antrag_id = origin.accepted(an_antrag(), [a_pdf(f"Beleg {word}")])["id"]
    await asyncio.to_thread(origin.wait_for, antrag_id, "durchsuchbar", "zugewiesen")
    order = {"grund": "Messung", "schritte": [{"art": "merge", "von": [old], "nach": "61"}]}
    started = time.perf_counter()
    assert (await asyncio.to_thread(origin.post, "aktenplan", "reorganisationen", order)).status_code == 201
    answered = time.perf_counter()
    seen: dict[str, float] = {}
    reads = {
        "list": lambda: origin.read(official, "vorgaenge", limit=1)["items"],
        "search": lambda: origin.read(official, "suche", q=word)["items"],
        "aufgaben": lambda: origin.read(official, "aufgaben", limit=1)["items"],
    }
    while len(seen) < len(reads):
        assert time.perf_counter() - answered < _GIVE_UP_SECONDS, f"seen after {_GIVE_UP_SECONDS} s: {sorted(seen)}"
        for name, read in reads.items():
            if name not in seen and await asyncio.to_thread(read):
                seen[name] = round(time.perf_counter() - answered, 2)
        await asyncio.sleep(0.05)
    more = {"by HTTP": round(answered - started, 2), **seen}
    measured.report.figure("reorganisation rights follow", max(seen.values()), "s", bar=10, **more)
