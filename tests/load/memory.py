"""The memory of all processes of an installation, watched while something goes on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psutil

from tests.load.measured import Measured

MIB = 1024 * 1024
_SECONDS = 0.05
# The proportional share is dear to read: only with each so many looks.
_EACH = 10


@dataclass
class Memory:
    """
    What was the most, in MiB.

    `growth_mib` of all processes but PostgreSQL's over what they had before, `peak_mib` their proportional share,
    `largest_mib` the resident set of the largest one.
    """

    growth_mib: float = 0.0
    peak_mib: float = 0.0
    largest_mib: float = 0.0

    def most(self, other: "Memory") -> "Memory":
        """Return the larger of each: of processes one after the other."""
        return Memory(
            growth_mib=max(self.growth_mib, other.growth_mib),
            peak_mib=max(self.peak_mib, other.peak_mib),
            largest_mib=max(self.largest_mib, other.largest_mib),
        )


@asynccontextmanager
async def watched(measured: Measured) -> AsyncIterator[Memory]:
    """Watch the processes of the installation during the block."""
    memory, stop = Memory(), asyncio.Event()
    family = [member for member in measured.installation.server.family() if "postgres" not in member.name()]
    before = sum(_rss(family))

    async def watch() -> None:
        looks = 0
        while not stop.is_set():
            sizes = _rss(family)
            memory.growth_mib = max(memory.growth_mib, round((sum(sizes) - before) / MIB, 1))
            memory.largest_mib = max(memory.largest_mib, round(max(sizes) / MIB, 1))
            if looks % _EACH == 0:
                memory.peak_mib = max(memory.peak_mib, round(pss_of(family) / MIB, 1))
            looks += 1
            await asyncio.sleep(_SECONDS)

    watching = asyncio.create_task(watch())
    try:
        yield memory
    finally:
        stop.set()
        await watching


def pss_of(family: Sequence[psutil.Process]) -> int:
    """Return the proportional share of memory: pages that several processes share count once."""
    return sum(_pss(member) for member in family if member.is_running())


def _pss(member: psutil.Process) -> int:
    try:
        share: int = member.memory_full_info().pss
    except psutil.AccessDenied:
        return int(member.memory_info().rss)
    return share


def _rss(family: Sequence[psutil.Process]) -> list[int]:
    return [member.memory_info().rss for member in family if member.is_running()]
