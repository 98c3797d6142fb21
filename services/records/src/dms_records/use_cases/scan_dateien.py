"""Scan the files that wait for it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dms_kit.core.clock import Clock
from dms_kit.ports.object_store import ObjectStore
from dms_records.domain.virenpruefung import Virenpruefung
from dms_records.use_cases.ports import (
    OpenUnitOfWork,
    ScanBrokenError,
    UngepruefteDatei,
    UngepruefteDateien,
    VirusScanner,
)
from dms_records.use_cases.record_virenpruefung import record_virenpruefung
from dms_records.use_cases.scan_datei import scan_datei

_BATCH = 40
_AT_ONCE = 4
_LONGEST_WAIT_SECONDS = 300


@dataclass(kw_only=True)
class Scanning:
    """
    What a scan works with.

    `put_off` are the files at which the scanner broke off: how often it was tried, and when to try again.
    """

    scanner: VirusScanner
    store: ObjectStore
    dateien: UngepruefteDateien
    unit_of_work: Callable[[str], OpenUnitOfWork]
    clock: Clock
    report: Callable[[UngepruefteDatei, Virenpruefung | None], None]
    put_off: dict[str, tuple[int, datetime]] = field(default_factory=dict)


async def scan_dateien(scanning: Scanning) -> int:
    """
    Scan the newest files that wait, with a transaction for each result and none while a file is read; return how many.

    Source: API contract, `pruefstatus`. New files never wait behind a stock that is scanned for the first time. A
    scanner, store or database that is away raises, after the others of the batch have ended.
    """
    now = scanning.clock.now()
    later = [key for key, (_, due) in scanning.put_off.items() if due > now]
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(datei: UngepruefteDatei) -> None:
        async with gate:
            scanning.report(datei, await _scan_and_record(datei, scanning))

    waiting = await scanning.dateien.newest(without=later, limit=_BATCH)
    outcomes = await asyncio.gather(*(one(datei) for datei in waiting), return_exceptions=True)
    for outcome in outcomes:
        if outcome is not None:
            raise outcome
    return len(waiting)


async def _scan_and_record(datei: UngepruefteDatei, scanning: Scanning) -> Virenpruefung | None:
    key = datei.objekt_key
    try:
        pruefung = await scan_datei(datei, scanner=scanning.scanner, store=scanning.store)
    except ScanBrokenError:
        tried = scanning.put_off.get(key, (0,))[0] + 1
        wait = timedelta(seconds=min(2**tried, _LONGEST_WAIT_SECONDS))
        scanning.put_off[key] = (tried, scanning.clock.now() + wait)
        return None
    units = scanning.unit_of_work(datei.mandant)
    await record_virenpruefung(key, pruefung, unit_of_work=units, clock=scanning.clock)
    scanning.put_off.pop(key, None)
    return pruefung
