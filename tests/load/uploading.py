"""The largest file: up over a broken line and to a server that is killed, down in ranges, and how much memory."""

import asyncio
import hashlib
import random
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.harness.client import an_antrag
from tests.harness.files import a_pdf
from tests.load.figures import percentile
from tests.load.measured import Measured
from tests.load.memory import Memory, watched
from tests.load.wire import connected, get, head_of, part, post, post_form

OFFICIAL = "sachbearbeitung-32"
_BLOCK = 1_000_000
_DICE = random.Random(5)
# A file without a repeating block: each is told from the others by its first bytes.
_REST = _DICE.randbytes(_BLOCK - 8)
_RANGE = 64 * 1024 * 1024
_SMALL, _SMALL_NUMBER = 1024 * 1024, 100
# At the first the line breaks, at the second the server is killed.
_BREAKS = (0.35, 0.7)
_KILLED = 1
# What `DMS_MAX_DOKUMENT_BYTES` says unless it is set.
MOST = 2 * 1024**3


@dataclass
class Sent:
    """What sending took: `lost` are the bytes that had to be sent twice, `memory` is that of the processes."""

    seconds: float = 0.0
    lost: int = 0
    memory: Memory = field(default_factory=Memory)


async def upload(measured: Measured, size: int) -> None:
    """Measure both directions and the memory of all processes meanwhile."""
    await _refuse_more_than_the_most(measured)
    vorgang_id = await asyncio.to_thread(_vorgang, measured)
    upload_id, sent = await _send(measured, size)
    more = {
        "bytes": size,
        "broken lines": 1,
        "servers killed": 1,
        "bytes sent again": sent.lost,
        "largest file": MOST,
        "one byte more": 413,
        **_memory(sent.memory),
    }
    measured.report.figure("upload in parts with resume", size / 1e6 / sent.seconds, "MB/s", bar_growth=64, **more)
    dokument_id = await _dokument(measured, vorgang_id, upload_id)
    async with watched(measured) as memory:
        started = time.perf_counter()
        digest = await _receive(measured, dokument_id, size)
        seconds = time.perf_counter() - started
    assert digest == _digest(size), "another file came back"
    more = {"bytes": size, "range": _RANGE, **_memory(memory)}
    measured.report.figure("download in ranges", size / 1e6 / seconds, "MB/s", bar_growth=64, **more)
    times = await _small_ranges(measured, dokument_id, size)
    measured.report.figure("range of 1 MiB anywhere p95", percentile(times, 95), "ms", ranges=len(times))


async def _refuse_more_than_the_most(measured: Measured) -> None:
    token, announced = measured.origin.token(OFFICIAL), {"dateiname": "befliegung.bin", "groesse": MOST + 1}
    async with connected(measured.port) as wire:
        answer = await wire.send(post("uploads", token, announced))
        assert answer.status == 413, answer.body


def _memory(memory: Memory) -> dict[str, Any]:
    return {
        "memory growth MiB": memory.growth_mib,
        "peak MiB (PSS)": memory.peak_mib,
        "largest process MiB (RSS)": memory.largest_mib,
    }


async def _send(measured: Measured, size: int) -> tuple[str, Sent]:
    """Send the file over a line that breaks and to a server that is killed; return the upload's id and what it took."""
    token, sent, offset = measured.origin.token(OFFICIAL), Sent(), 0
    announced = {"dateiname": "befliegung.bin", "groesse": size, "sha256": _digest(size)}
    async with connected(measured.port) as wire:
        answer = await wire.send(post("uploads", token, announced))
        assert answer.status == 201, answer.body
        upload_id = str(answer.json()["id"])
    for number, until in enumerate((*(int(size * share) for share in _BREAKS), size)):
        async with watched(measured) as memory, connected(measured.port) as wire:
            started = time.perf_counter()
            head = head_of("PATCH", f"uploads/{upload_id}", token, **_part(offset, size - offset))
            if until == size:
                answer = await wire.stream(head, _bytes(offset, size, size))
                assert answer.status == 200, answer.body
                assert answer.json()["vollstaendig"], answer.body
            else:
                await wire.push(head, _bytes(offset, until, size))
            sent.seconds += time.perf_counter() - started
            if number == _KILLED:
                await asyncio.to_thread(measured.installation.server.kill)
            wire.cut()
        sent.memory = sent.memory.most(memory)
        if number == _KILLED:
            await asyncio.to_thread(measured.installation.server.start, ready_within=300)
        if until < size:
            offset = await _resting(measured, upload_id, token)
            assert offset <= until
            sent.lost += until - offset
    return upload_id, sent


def _part(offset: int, length: int) -> dict[str, str]:
    kind = {"Content_Type": "application/octet-stream"}
    return {"Upload_Offset": str(offset), "Content_Length": str(length), **kind}


async def _resting(measured: Measured, upload_id: str, token: str) -> int:
    """Return the offset at which it goes on, once the server has noticed that the line broke."""
    known = -1
    async with connected(measured.port) as wire:
        while True:
            offset = int((await wire.send(get(f"uploads/{upload_id}", token))).json()["offset"])
            if offset == known:
                return offset
            known = offset
            await asyncio.sleep(0.5)


async def _dokument(measured: Measured, vorgang_id: str, upload_id: str) -> str:
    form = part("upload_id", upload_id.encode(), "text/plain")
    async with connected(measured.port) as wire:
        request = post_form(f"vorgaenge/{vorgang_id}/dokumente", measured.origin.token(OFFICIAL), form)
        answer = await wire.send(request)
    assert answer.status == 201, answer.body
    return str(answer.json()["id"])


async def _receive(measured: Measured, dokument_id: str, size: int) -> str:
    token, digest = measured.origin.token(OFFICIAL), hashlib.sha256()
    async with connected(measured.port) as wire:
        for start in range(0, size, _RANGE):
            span = f"bytes={start}-{min(start + _RANGE, size) - 1}"
            request = head_of("GET", f"dokumente/{dokument_id}/inhalt", token, Range=span)
            await wire.download(request, status=206, notice=digest.update)
    return digest.hexdigest()


async def _small_ranges(measured: Measured, dokument_id: str, size: int) -> list[float]:
    token, times = measured.origin.token(OFFICIAL), []
    async with connected(measured.port) as wire:
        for _ in range(_SMALL_NUMBER):
            start = _DICE.randrange(max(1, size - _SMALL))
            span = f"bytes={start}-{start + _SMALL - 1}"
            started = time.perf_counter()
            request = head_of("GET", f"dokumente/{dokument_id}/inhalt", token, Range=span)
            await wire.download(request, status=206)
            times.append((time.perf_counter() - started) * 1000)
    return times


def _file(size: int, number: int = 0) -> Iterator[bytes]:
    for start in range(number * _BLOCK, size, _BLOCK):
        number = start // _BLOCK
        yield (number.to_bytes(8, "big") + _REST)[: size - start]


def _digest(size: int) -> str:
    digest = hashlib.sha256()
    for block in _file(size):
        digest.update(block)
    return digest.hexdigest()


async def _bytes(first: int, last: int, size: int) -> AsyncIterator[bytes]:
    start = first // _BLOCK * _BLOCK
    for block in _file(size, start // _BLOCK):
        if start >= last:
            return
        yield block[max(0, first - start) : last - start]
        start += _BLOCK


def _vorgang(measured: Measured) -> str:
    antrag_id = measured.origin.accepted(an_antrag(), [a_pdf("Beleg")])["id"]
    return str(measured.origin.wait_for(antrag_id, "durchsuchbar")["vorgang_id"])
