"""The sealer of a service switched off and on: another session takes its lock, as a second process of it would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg

from tests.harness.installation import Installation

_GIVE_UP_SECONDS = 120.0
_KEY = "hashtext($1)::bigint"
_HOLDER = f"""
SELECT pg_terminate_backend(pid) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid <> pg_backend_pid()
    AND (classid::bigint << 32) | objid::bigint = {_KEY}
"""
_WAITING = """
SELECT count(*) FROM {schema}.audit_entry AS entry
WHERE NOT EXISTS (SELECT FROM {schema}.audit_leaf AS leaf WHERE leaf.entry_id = entry.id)
"""


async def alternately(
    installation: Installation, service: str, measure: Callable[[], Awaitable[float]], *, pairs: int
) -> tuple[list[float], list[float]]:
    """Measure by turns beside the working sealer and without one; return both series."""
    beside, without = [], []
    for _ in range(pairs):
        await _all_sealed(installation, service)
        beside.append(await measure())
        async with no_sealer(installation, service):
            without.append(await measure())
    return beside, without


@asynccontextmanager
async def no_sealer(installation: Installation, service: str) -> AsyncIterator[None]:
    """Keep the sealer of a service from sealing; its process stands by meanwhile."""
    dsn, name = installation.url("postgres").replace("+asyncpg", ""), f"audit:{service}"
    connection, other = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    try:
        # Whoever waits in the queue of a lock gets it before one who only tries.
        taking = asyncio.create_task(connection.execute(f"SELECT pg_advisory_lock({_KEY})", name))
        await asyncio.sleep(0.2)
        await other.fetch(_HOLDER, name)
        await asyncio.wait_for(taking, 10)
        yield
    finally:
        await connection.close()
        await other.close()


async def _all_sealed(installation: Installation, service: str) -> None:
    """Wait until what was written without a sealer is sealed, so that nobody pays for it twice."""
    async with asyncio.timeout(_GIVE_UP_SECONDS):
        while await asyncio.to_thread(installation.value, _WAITING.format(schema=service)):
            await asyncio.sleep(0.5)
