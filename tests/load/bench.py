"""
The benchmark: one JSON line a figure, on servers of its own that only the loopback interface reaches.

    python -m tests.load.bench [--profile real] [--only P1 P8] [--objects 10000] [--akten 10000 100000] [--seed 1]
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

import structlog

from tests.harness.server import Server
from tests.load.accepting import p1
from tests.load.checking_in import checkins
from tests.load.finding import p2, p3
from tests.load.measured import Measured, embedded, embedded_report, real
from tests.load.planning import planning
from tests.load.reading import FEW, MANY, reads
from tests.load.registering import REGISTRATIONS, registrations
from tests.load.reorganising import reorganisation
from tests.load.starting import p8
from tests.load.transfer import p6
from tests.load.uploading import MOST, upload

# Each row is measured on an installation of its own, in an order in which one figure does not stand in the way of the
# next: a reorganisation leaves other offices, and reads want many Akten.
FIGURES: dict[str, Sequence[Sequence[str]]] = {
    "embedded": (
        ("P8", "P2", "P1", "P3", "P6", "plan", "reorganisation"),
        ("reads", "registrations", "checkins", "upload"),
    ),
    "real": (("P2", "P1", "P3", "reads", "registrations", "checkins", "upload"),),
}


def main() -> int:
    """Run what is asked for."""
    chosen = _arguments()
    # Standard output has the figures and nothing else.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    # What was started is ended in any case.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for row in FIGURES[chosen.profile]:
        figures = [name for name in row if name in (chosen.only or row)]
        if figures and chosen.profile == "real":
            with real(chosen.seed) as measured:
                _measure(measured, figures, chosen)
        elif figures:
            _measure_embedded(figures, chosen)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--profile", choices=FIGURES, default="embedded", help="where to measure")
    parser.add_argument("--only", nargs="+", metavar="FIGURE", help="figures to measure, P1 and so on; all by default")
    parser.add_argument("--objects", type=int, default=10_000, help="Akten, Vorgänge and Dokumente for P3")
    parser.add_argument("--akten", type=int, nargs=2, default=(FEW, MANY), help="Akten for reads, before and after")
    parser.add_argument("--registrations", type=int, default=REGISTRATIONS, help="how many Akten are registered")
    parser.add_argument("--bytes", type=int, default=MOST, help="size of the file that is uploaded in parts")
    parser.add_argument("--seed", type=int, default=1, help="seed of all words and files")
    chosen = parser.parse_args()
    possible = [name for row in FIGURES[chosen.profile] for name in row]
    if set(chosen.only or ()) - set(possible):
        parser.error(f"the profile {chosen.profile} has the figures {', '.join(possible)}")
    return chosen


def _measure_embedded(figures: Sequence[str], chosen: argparse.Namespace) -> None:
    server = Server()
    report = embedded_report(server, chosen.seed)
    try:
        if "P8" in figures:
            p8(server, report)
        else:
            server.start(ready_within=300)
        _measure(embedded(server, report), figures, chosen)
    finally:
        server.remove()


def _measure(measured: Measured, figures: Sequence[str], chosen: argparse.Namespace) -> None:
    measures = {
        "P2": lambda: p2(measured),
        "P1": lambda: p1(measured),
        "P3": lambda: p3(measured, chosen.objects),
        "P6": lambda: p6(measured),
        "plan": lambda: planning(measured),
        "reorganisation": lambda: reorganisation(measured),
        "reads": lambda: reads(measured, few=chosen.akten[0], many=chosen.akten[1]),
        "registrations": lambda: registrations(measured, chosen.registrations),
        "checkins": lambda: checkins(measured),
        "upload": lambda: upload(measured, chosen.bytes),
    }
    for name in figures:
        if name in measures:
            asyncio.run(measures[name]())


if __name__ == "__main__":
    sys.exit(main())
