"""Runs of one Mandant, and of all."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from dms_search.adapters.postgres.tables import indexlauf
from dms_search.domain.indexlauf import Indexlauf, IndexlaufStatus

_OPEN = (IndexlaufStatus.WARTET, IndexlaufStatus.LAEUFT)


class IndexlaufRepository:
    """The runs of the Mandant of a transaction."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def get(self, lauf_id: UUID) -> Indexlauf | None:
        """Return a run."""
        return await self._session.get(Indexlauf, (self._mandant, lauf_id))

    async def lock(self, lauf_id: UUID) -> Indexlauf | None:
        """Return a run under a row lock."""
        return await self._session.get(Indexlauf, (self._mandant, lauf_id), with_for_update=True)

    async def oldest_open(self) -> Indexlauf | None:
        """Return the oldest open run, under a lock of the Mandant's runs."""
        await self._session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"indexlauf:{self._mandant}"))))
        found = await self._session.execute(
            select(Indexlauf)
            .where(indexlauf.c.mandant == self._mandant, indexlauf.c.status.in_(_OPEN))
            .order_by(indexlauf.c.id)
            .limit(1)
        )
        return found.scalar_one_or_none()

    def add(self, lauf: Indexlauf) -> None:
        """Add a run."""
        self._session.add(lauf)


class AllIndexlaeufe:
    """The runs of all Mandanten; works with the system role, because the index is common to them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def unfinished(self) -> Sequence[Indexlauf]:
        """Return all that wait or go on, oldest first."""
        async with AsyncSession(self._engine) as session:
            found = await session.execute(
                select(Indexlauf).where(indexlauf.c.status.in_(_OPEN)).order_by(indexlauf.c.id, indexlauf.c.mandant)
            )
            rows = found.scalars().all()
            session.expunge_all()
            return rows
