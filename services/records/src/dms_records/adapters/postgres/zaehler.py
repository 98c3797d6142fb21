"""Who is going to take a running number has his turn in this process first, before he has a connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.lanes import Lanes
from dms_records.domain.schriftgut import AKTE, VORGANG, SchriftgutBezug
from dms_records.use_cases.ports import OpenUnitOfWork, UnitOfWork

# The second one is ready with everything else while the first one still holds the counter.
_AT_ONCE = 2
# As long as for a lock of the database.
_SECONDS = 30.0
_COUNTER_OF = {
    AKTE: text(
        "SELECT coalesce(uebergeordnet_id, aktenplaneinheit_id) FROM records.akte WHERE mandant = :mandant AND id = :id"
    ),
    VORGANG: text(
        "SELECT coalesce(uebergeordnet_id, akte_id) FROM records.vorgang WHERE mandant = :mandant AND id = :id"
    ),
}


class ZaehlerReihe:
    """
    Keeps those who register in one unit of the plan, Akte or Vorgang from waiting for its counter with all connections.

    Which counter it will be is read before and only decides in which lane one waits: the number itself is taken under
    the lock of its row, so an object that moves meanwhile gets the right one all the same. It is asked as the system
    role, in one round trip: a transaction that names its Mandant takes four, and registrations were a sixth slower.
    """

    def __init__(self, system_engine: AsyncEngine) -> None:
        self._engine = system_engine.execution_options(isolation_level="AUTOCOMMIT")
        self._lanes = Lanes(_AT_ONCE, seconds=_SECONDS)

    def in_turn(self, bezug: SchriftgutBezug, *, mandant: str, unit_of_work: OpenUnitOfWork) -> OpenUnitOfWork:
        """Return an opener that waits for the turn of an Akte or Vorgang that is to be registered."""

        @asynccontextmanager
        async def opened() -> AsyncIterator[UnitOfWork]:
            counter = await self._counter_of(bezug, mandant)
            async with self._lanes.enter((mandant, counter)), unit_of_work() as uow:
                yield uow

        return opened

    async def _counter_of(self, bezug: SchriftgutBezug, mandant: str) -> UUID | None:
        values = {"mandant": mandant, "id": bezug.id}
        async with self._engine.connect() as connection:
            counter: UUID | None = (await connection.execute(_COUNTER_OF[bezug.art], values)).scalar_one_or_none()
            return counter
