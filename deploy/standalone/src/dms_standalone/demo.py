"""`demo`: sends a dozen applications and shows how far each has come."""

import asyncio
import json
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from rich.console import Console
from rich.live import Live
from rich.table import Table

from dms_standalone.demo_cases import Case, cases
from dms_standalone.errors import OperatorError
from dms_standalone.options import Options
from dms_standalone.running import running_server
from dms_standalone.tokens import demo_token

STEPS = ("eingegangen", "abgelegt", "durchsuchbar", "zugewiesen")
_PATIENCE_SECONDS = 60.0
_SETTLED_SECONDS = 5.0
_POLL_SECONDS = 0.15


@dataclass
class Progress:
    """One application under way; seconds count from the moment of sending, or of acceptance for later steps."""

    case: Case
    eingangsnummer: str = ""
    id: str = ""
    aktenzeichen: str = ""
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Say whether every step is reached."""
        return len(self.seconds) == len(STEPS)


def run(options: Options) -> None:
    """Send the applications to the server on DMS_PORT, or to one started for this."""
    with running_server(options) as url:
        form = {"grant_type": "client_credentials", "client_id": "portal", "client_secret": "portal"}
        token = demo_token(options.issuers, url, **form)
        asyncio.run(_demonstrate(url, Console(), token))


async def _demonstrate(url: str, console: Console, token: str) -> None:
    under_way = [Progress(case) for case in cases()]
    async with httpx.AsyncClient(base_url=url, timeout=30.0, trust_env=False) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        live = Live(_table(under_way), console=console, refresh_per_second=8) if console.is_terminal else None
        with live or nullcontext():

            def show(progress: Progress, step: str) -> None:
                if live is not None:
                    live.update(_table(under_way))
                else:
                    seconds = progress.seconds[step]
                    console.print(f"{progress.eingangsnummer}  {step:<12} {seconds:7.2f} s  {progress.case.betreff}")

            watching = asyncio.create_task(_watch(client, under_way, show))
            for progress in under_way:
                await _send(client, progress, show)
            await watching
    console.print(_summary(under_way))


def _summary(under_way: Sequence[Progress]) -> str:
    done = sum(progress.done for progress in under_way)
    waiting = sum(len(progress.seconds) == 1 for progress in under_way)
    text = f"{done} filed, found and assigned; {waiting} in the Posteingang, because no Ablageregel fits."
    unfinished = len(under_way) - done - waiting
    return f"{text} {unfinished} not through after {_PATIENCE_SECONDS:.0f} s." if unfinished else text


async def _send(client: httpx.AsyncClient, progress: Progress, show: Callable[[Progress, str], None]) -> None:
    files: list[tuple[str, tuple[str, bytes, str]]] = [
        ("antrag", ("antrag.json", json.dumps(progress.case.antrag).encode(), "application/json"))
    ]
    files += [("anlage", (name, content, "application/octet-stream")) for name, content in progress.case.files]
    started = time.monotonic()
    answer = await client.post("/api/v1/antraege", files=files, headers={"Idempotency-Key": str(uuid.uuid4())})
    if answer.status_code != 201:
        raise OperatorError(f"An application was not accepted ({answer.status_code}): {answer.text[:300]}")
    progress.id, progress.eingangsnummer = answer.json()["id"], answer.json()["eingangsnummer"]
    progress.seconds[STEPS[0]] = time.monotonic() - started
    show(progress, STEPS[0])


async def _watch(
    client: httpx.AsyncClient, under_way: Sequence[Progress], show: Callable[[Progress, str], None]
) -> None:
    """Follow all applications until all are through, or nothing has moved for a while but what waits for people."""
    moved = started = time.monotonic()
    while not all(progress.done for progress in under_way):
        for progress in under_way:
            if progress.id and not progress.done and await _follow(client, progress, show):
                moved = time.monotonic()
        now = time.monotonic()
        filed = all(len(progress.seconds) in {1, len(STEPS)} for progress in under_way)
        if now - started > _PATIENCE_SECONDS or (filed and now - moved > _SETTLED_SECONDS):
            return
        await asyncio.sleep(_POLL_SECONDS)


async def _follow(client: httpx.AsyncClient, progress: Progress, show: Callable[[Progress, str], None]) -> bool:
    answer = await client.get(f"/api/v1/antraege/{progress.id}")
    if answer.status_code != 200:
        return False
    document: dict[str, Any] = answer.json()
    progress.aktenzeichen = document.get("aktenzeichen") or ""
    moments = {row["schritt"]: datetime.fromisoformat(row["zeitpunkt"]) for row in document["verlauf"]}
    fresh = [step for step in STEPS if step in moments and step not in progress.seconds]
    for step in fresh:
        progress.seconds[step] = (moments[step] - moments[STEPS[0]]).total_seconds()
        show(progress, step)
    return bool(fresh)


def _table(under_way: Sequence[Progress]) -> Table:
    table = Table(title="Anträge")
    for heading in ("Eingangsnummer", "Betreff", "Aktenzeichen"):
        table.add_column(heading)
    for step in STEPS:
        table.add_column(step, justify="right")
    for progress in under_way:
        times = [f"{progress.seconds[step]:.2f} s" if step in progress.seconds else "…" for step in STEPS]
        table.add_row(progress.eingangsnummer or "…", progress.case.betreff, progress.aktenzeichen, *times)
    return table
