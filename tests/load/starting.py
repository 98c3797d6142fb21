"""P8: from process start to ready, and the memory of an idle installation."""

import statistics
import time

from tests.harness.server import Server
from tests.load.figures import Report, spread_of
from tests.load.memory import MIB, pss_of

RUNS = 5
IDLE_SECONDS = 10.0


def p8(server: Server, report: Report) -> None:
    """Measure the first start on an empty folder, five later ones, and memory at rest; the server runs afterwards."""
    report.figure("P8 first start", _start(server), "s")
    times = []
    for _ in range(RUNS):
        server.stop()
        times.append(_start(server))
    report.figure("P8 start to ready", statistics.median(times), "s", bar=10, **spread_of(times))
    time.sleep(IDLE_SECONDS)
    family = server.family()
    report.figure("P8 idle memory", pss_of(family) / MIB, "MiB (PSS)", bar=600)
    report.figure("P8 processes", len(family), "processes")


def _start(server: Server) -> float:
    started = time.perf_counter()
    server.start()
    return time.perf_counter() - started
