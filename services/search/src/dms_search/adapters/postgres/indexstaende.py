"""Up to when the facts of a Mandant are indexed."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from dms_search.adapters.postgres.tables import indexstand


class IndexstandRepository:
    """The one row of the Mandant of a transaction."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def get(self) -> datetime | None:
        """Return the commit time of the newest indexed fact."""
        found = await self._session.execute(
            select(indexstand.c.indexiert_bis).where(indexstand.c.mandant == self._mandant)
        )
        moment: datetime | None = found.scalar_one_or_none()
        return moment

    async def put(self, indexiert_bis: datetime) -> None:
        """Move the row forward, never back."""
        statement = insert(indexstand).values(mandant=self._mandant, indexiert_bis=indexiert_bis)
        newer = func.greatest(indexstand.c.indexiert_bis, statement.excluded.indexiert_bis)
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=["mandant"], set_={"indexiert_bis": newer})
        )
