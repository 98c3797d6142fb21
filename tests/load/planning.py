"""A large Aktenplan: how fast its tree is read in one call, and what an import of it costs those beside it."""

import asyncio
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.harness.client import Origin
from tests.load.figures import percentile
from tests.load.measured import Measured

READ, IMPORTED = 5_000, 50_000
CALLS = 50
_PAUSE_SECONDS = 0.02
_WHO, _EDITOR = "sachbearbeitung-32", "aktenplan"


async def planning(measured: Measured) -> None:
    """Import a plan, read its tree; then import the largest plan while somebody reads something small."""
    await asyncio.to_thread(_planning, measured)


def _planning(measured: Measured) -> None:
    origin, report = measured.origin, measured.report
    _import(origin, _plan("L", READ))
    seconds, size = [], 0
    for _ in range(CALLS):
        started = time.perf_counter()
        size = len(_get(origin, "aktenplan"))
        seconds.append((time.perf_counter() - started) * 1000)
    median = statistics.median(seconds)
    p95 = percentile(seconds, 95)
    report.figure("plan tree", p95, "ms", bar=100, median=round(median, 1), units=READ, calls=CALLS, bytes=size)
    with _small_reads(origin) as alone:
        time.sleep(5)
    with _small_reads(origin) as beside:
        started = time.perf_counter()
        _import(origin, _plan("M", IMPORTED))
        took = time.perf_counter() - started
    reads = {"alone": _spread(alone), "beside": _spread(beside)}
    report.figure("plan import", took, "s", rows=IMPORTED, **{"reads in ms": reads})


def _spread(found: list[float]) -> dict[str, float]:
    values = {"p50": statistics.median(found), "p95": percentile(found, 95), "most": max(found), "reads": len(found)}
    return {name: round(value, 1) for name, value in values.items()}


def _plan(name: str, units: int) -> bytes:
    lines = ["schluessel;titel;uebergeordnet;aufbewahrungsdauer", f"{name};Umwelt;;5"]
    lines += [f"{name}.{number};Aufgabe {number};{name};" for number in range(49)]
    lines += [f"{name}.{number % 49}.{number};Aufgabe {number};{name}.{number % 49};" for number in range(units - 50)]
    return "\r\n".join(lines).encode()


def _import(origin: Origin, plan: bytes) -> None:
    headers = origin.headers(_EDITOR, **{"Content-Type": "text/csv"})
    answer = origin.http.post(f"{origin.url}/api/v1/aktenplan/import", content=plan, headers=headers, timeout=120)
    assert answer.status_code == 200, answer.text


def _get(origin: Origin, path: str, **query: int) -> bytes:
    answer = origin.get(_WHO, path, **query)
    assert answer.status_code == 200, answer.text
    return answer.content


@contextmanager
def _small_reads(origin: Origin) -> Iterator[list[float]]:
    """Read an office again and again in a thread of its own, in milliseconds."""
    found: list[float] = []
    ended = threading.Event()

    def read() -> None:
        with Origin(origin.url) as own:
            own.token(_WHO)
            while not ended.is_set():
                started = time.perf_counter()
                _get(own, "organisationseinheiten", limit=1)
                found.append((time.perf_counter() - started) * 1000)
                time.sleep(_PAUSE_SECONDS)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield found
    finally:
        ended.set()
        reader.join()
