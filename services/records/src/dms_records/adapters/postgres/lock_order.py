"""
The one order in which an act takes its locks, so that nobody waits in a circle (decision 0013).

The turn of the Mandant's Schriftgut, then rows from below: Posteingang, Dokument, Vorgang, Akte; then the units of the
plan, the organisation, an Upload, and the counters last. Who takes a whole tree, from above, has the turn alone.
"""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

_TAKEN = "turn"


async def take_turn(session: AsyncSession, mandant: str) -> None:
    """Have the turn together with others; only the first call of a transaction asks for it."""
    if _TAKEN not in session.info:
        session.info[_TAKEN] = True
        await session.execute(select(func.pg_advisory_xact_lock_shared(_lock_of(mandant))))


async def take_turn_alone(session: AsyncSession, mandant: str) -> None:
    """Have the turn alone: those who have it end first, those who ask later wait; nothing is held before."""
    if _TAKEN in session.info:
        raise RuntimeError("the turn is taken already: to take it alone now could wait in a circle")
    session.info[_TAKEN] = True
    await session.execute(select(func.pg_advisory_xact_lock(_lock_of(mandant))))


def _lock_of(mandant: str) -> object:
    return func.hashtextextended(f"schriftgut:{mandant}", 0)
