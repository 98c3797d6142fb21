"""Check-ins a second: each client checks Dokumente of its own out and in again, beside the sealer and without."""

import asyncio
import contextlib
import statistics
import time
from collections.abc import Sequence

from tests.harness.client import an_antrag
from tests.harness.files import a_pdf
from tests.load.figures import percentile, spread_of
from tests.load.measured import Measured
from tests.load.sealers import alternately
from tests.load.wire import Wire, connected, for_seconds, part, post, post_form

CLIENTS, SECONDS, PAIRS = 4, 5.0, 5
OFFICIAL = "sachbearbeitung-32"
SIZE = 19_000


async def checkins(measured: Measured) -> None:
    """Measure whole turns of checking out and checking a new version in."""
    dokumente = await asyncio.to_thread(_dokumente, measured)
    times: list[float] = []

    async def some() -> float:
        return await _rate(measured, dokumente, times)

    sealed, unsealed = await alternately(measured.installation, "records", some, pairs=PAIRS)
    more = {"clients": CLIENTS, "bytes": SIZE, "p95 ms of checking in": round(percentile(times, 95), 1)}
    measured.report.figure("check-ins", statistics.median(sealed), "1/s", **more, **spread_of(sealed))
    ratios = [one / two for one, two in zip(sealed, unsealed, strict=True)]
    measured.report.figure("check-ins beside a sealer", statistics.median(ratios), "of without", **spread_of(ratios))


async def _rate(measured: Measured, dokumente: Sequence[str], times: list[float]) -> float:
    name, content, media_type = a_pdf("Neue Fassung", size=SIZE)
    parts = part("datei", content, media_type, name) + part("kommentar", b"Messung", "text/plain")
    token = measured.origin.token(OFFICIAL)

    async def act(client: int, _number: int) -> None:
        wire, path = wires[client], f"dokumente/{dokumente[client]}"
        held = await wire.send(post(f"{path}/checkout", token, If_Match="*"))
        assert held.status == 200, held.body
        started = time.perf_counter()
        answer = await wire.send(post_form(f"{path}/checkin", token, parts, If_Match=held.json()["etag"]))
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status == 200, answer.body

    async with contextlib.AsyncExitStack() as stack:
        wires: list[Wire] = [await stack.enter_async_context(connected(measured.port)) for _ in range(CLIENTS)]
        return await for_seconds(SECONDS, CLIENTS, act)


def _dokumente(measured: Measured) -> list[str]:
    """Return a Dokument a client, each of a Vorgang of its own."""
    origin, found = measured.origin, []
    sent = [origin.accepted(an_antrag(), [a_pdf("Beleg")])["id"] for _ in range(CLIENTS)]
    for antrag_id in sent:
        vorgang_id = origin.wait_for(antrag_id, "durchsuchbar")["vorgang_id"]
        dokumente = origin.items(OFFICIAL, f"vorgaenge/{vorgang_id}/dokumente")
        found.append(dokumente[-1]["id"])
    return found
