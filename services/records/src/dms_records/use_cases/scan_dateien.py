"""Scan the files that wait for it."""

import asyncio
from collections.abc import Collection
from itertools import groupby

from dms_records.domain.virenpruefung import Virenpruefung
from dms_records.use_cases.ports import ScanBrokenError, UngepruefteDatei
from dms_records.use_cases.record_virenpruefungen import record_virenpruefungen
from dms_records.use_cases.scan_datei import scan_datei
from dms_records.use_cases.scanning import Scanning

_BATCH = 40
_AT_ONCE = 4

Scan = asyncio.Task[tuple[UngepruefteDatei, Virenpruefung | None]]


async def scan_dateien(scanning: Scanning) -> int:
    """
    Scan the newest files that wait, and record what has ended while others go on; return how many there were.

    Source: API contract, `pruefstatus`. New files never wait behind a stock that is scanned for the first time. No
    transaction is open while a file is read. A scanner, store or database that is away raises, when all have ended.
    """
    gate = asyncio.Semaphore(_AT_ONCE)

    async def scan(datei: UngepruefteDatei) -> tuple[UngepruefteDatei, Virenpruefung | None]:
        async with gate:
            try:
                return datei, await scan_datei(datei, scanner=scanning.scanner, store=scanning.store)
            except ScanBrokenError:
                return datei, None

    dateien = await scanning.dateien.newest(without=scanning.not_yet(), limit=_BATCH)
    running = {asyncio.ensure_future(scan(datei)) for datei in dateien}
    failures: list[BaseException] = []
    try:
        while running:
            ended, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            failures += [error for task in ended if (error := task.exception()) is not None]
            await _record([task for task in ended if task.exception() is None], scanning)
    finally:
        for task in running:
            task.cancel()
    if failures:
        raise failures[0]
    return len(dateien)


async def _record(ended: Collection[Scan], scanning: Scanning) -> None:
    outcomes = sorted((task.result() for task in ended), key=lambda outcome: outcome[0].mandant)
    for mandant, group in groupby(outcomes, key=lambda outcome: outcome[0].mandant):
        results: dict[str, Virenpruefung] = {}
        for datei, pruefung in group:
            if pruefung is None:
                scanning.put_off(datei.objekt_key)
            else:
                scanning.done(datei.objekt_key)
                results[datei.objekt_key] = pruefung
        if results:
            await record_virenpruefungen(results, unit_of_work=scanning.unit_of_work(mandant), clock=scanning.clock)
    for datei, pruefung in outcomes:
        scanning.report(datei, pruefung)
