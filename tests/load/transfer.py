"""P6: one file of 500 MB up and down, and how much memory that takes."""

import json
import os
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

from tests.harness.client import PORTAL, an_antrag
from tests.load.measured import Measured
from tests.load.memory import watched
from tests.load.wire import BOUNDARY, connected, get, part, submit_head

SIZE = 500_000_000
OFFICIAL = "sachbearbeitung-32"
_BLOCK = random.Random(6).randbytes(1_000_000)
_END = b"\r\n--" + BOUNDARY + b"--\r\n"


async def p6(measured: Measured) -> None:
    """Measure both directions and the bare copy beside them."""
    installation, origin, port, report = measured.installation, measured.origin, measured.port, measured.report
    copied = _bare_copy(installation.server.data.parent / "bare-copy")
    antrag = part("antrag", json.dumps(an_antrag()).encode(), "application/json")
    head = antrag + part("anlage", b"", "application/octet-stream", "gross.bin")[:-2]
    async with connected(port) as wire, watched(measured) as memory:
        started = time.perf_counter()
        request = submit_head(origin.token(PORTAL), len(head) + SIZE + len(_END)) + head
        answer = await wire.stream(request, _body())
        sent = SIZE / 1e6 / (time.perf_counter() - started)
        assert answer.status == 201, answer.body
    report.figure("P6 upload", sent, "MB/s", of_bare_copy=round(sent / copied, 2))
    report.figure("P6 upload memory growth", memory.growth_mib, "MiB", bar=64)
    antrag_row = origin.wait_for(answer.json()["id"], "durchsuchbar", seconds=120)
    dokumente = origin.items(OFFICIAL, f"vorgaenge/{antrag_row['vorgang_id']}/dokumente")
    large = next(dokument for dokument in dokumente if dokument["groesse"] == SIZE)
    async with connected(port) as wire, watched(measured) as memory:
        started = time.perf_counter()
        received = await wire.download(get(f"dokumente/{large['id']}/inhalt", origin.token(OFFICIAL)))
        assert received == SIZE
        speed = SIZE / 1e6 / (time.perf_counter() - started)
    report.figure("P6 download", speed, "MB/s", of_bare_copy=round(speed / copied, 2))
    report.figure("P6 download memory growth", memory.growth_mib, "MiB", bar=64)


async def _body() -> AsyncIterator[bytes]:
    for _ in range(SIZE // len(_BLOCK)):
        yield _BLOCK
    yield _END


def _bare_copy(path: Path) -> float:
    """Return MB/s of writing the same bytes to the same volume, fsynced."""
    started = time.perf_counter()
    with path.open("wb") as file:
        for _ in range(SIZE // len(_BLOCK)):
            file.write(_BLOCK)
        file.flush()
        os.fsync(file.fileno())
    elapsed = time.perf_counter() - started
    path.unlink()
    return SIZE / 1e6 / elapsed
