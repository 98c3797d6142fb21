"""
The benchmark: one JSON line a figure, on servers of its own that only the loopback interface reaches.

    python -m tests.load.bench [--profile real] [--only P1 P8] [--objects 10000] [--seed 1]
"""

import argparse
import asyncio
import signal
import sys

import structlog

from tests.harness.server import Server
from tests.load.accepting import p1
from tests.load.finding import p2, p3
from tests.load.measured import Measured, embedded, embedded_report, real
from tests.load.reorganising import reorganisation
from tests.load.starting import p8
from tests.load.transfer import p6

# In an order in which one figure does not stand in the way of the next.
FIGURES = {"embedded": ("P8", "P2", "P1", "P3", "P6", "reorganisation"), "real": ("P2", "P1", "P3")}


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--profile", choices=FIGURES, default="embedded", help="where to measure")
    parser.add_argument("--only", nargs="+", metavar="FIGURE", help="figures to measure, P1 and so on; all by default")
    parser.add_argument("--objects", type=int, default=10_000, help="Akten, Vorgänge and Dokumente for P3")
    parser.add_argument("--seed", type=int, default=1, help="seed of all words and files")
    chosen = parser.parse_args()
    possible = FIGURES[chosen.profile]
    if set(chosen.only or ()) - set(possible):
        parser.error(f"the profile {chosen.profile} has the figures {', '.join(possible)}")
    # Standard output has the figures and nothing else.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    # What was started is ended in any case.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    figures = [name for name in possible if name in (chosen.only or possible)]
    if chosen.profile == "real":
        with real(chosen.seed) as measured:
            _measure(measured, figures, chosen.objects)
    else:
        _measure_embedded(figures, chosen.seed, chosen.objects)
    return 0


def _measure_embedded(figures: list[str], seed: int, objects: int) -> None:
    server = Server()
    report = embedded_report(server, seed)
    try:
        if "P8" in figures:
            p8(server, report)
        else:
            server.start(ready_within=300)
        _measure(embedded(server, report), figures, objects)
    finally:
        server.remove()


def _measure(measured: Measured, figures: list[str], objects: int) -> None:
    measures = {
        "P2": lambda: p2(measured),
        "P1": lambda: p1(measured),
        "P3": lambda: p3(measured, objects),
        "P6": lambda: p6(measured),
        "reorganisation": lambda: reorganisation(measured),
    }
    for name in figures:
        if name in measures:
            asyncio.run(measures[name]())


if __name__ == "__main__":
    sys.exit(main())
