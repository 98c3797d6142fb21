"""
The benchmark: one JSON line a figure, on a server of its own that only the loopback interface reaches.

    python -m tests.load.bench [--only P1 P8] [--objects 10000] [--seed 1]
"""

import argparse
import asyncio
import sys

from tests.harness.installation import Installation
from tests.harness.server import Server
from tests.load.accepting import p1
from tests.load.finding import p2, p3
from tests.load.starting import p8
from tests.load.transfer import p6

FIGURES = ("P8", "P2", "P1", "P3", "P6")


def main() -> int:
    """Run what is asked for, in an order in which one figure does not stand in the way of the next."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=FIGURES, default=FIGURES, help="figures to measure")
    parser.add_argument("--objects", type=int, default=10_000, help="Akten, Vorgänge and Dokumente for P3")
    parser.add_argument("--seed", type=int, default=1, help="seed of all words and files")
    chosen = parser.parse_args()
    server = Server()
    try:
        if "P8" in chosen.only:
            p8(server, chosen.seed)
        else:
            server.start()
        installation = Installation(server)
        measures = {
            "P2": lambda: p2(installation, chosen.seed),
            "P1": lambda: p1(installation, chosen.seed),
            "P3": lambda: p3(installation, chosen.seed, chosen.objects),
            "P6": lambda: p6(installation, chosen.seed),
        }
        for name, measure in measures.items():
            if name in chosen.only:
                asyncio.run(measure())
    finally:
        server.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
