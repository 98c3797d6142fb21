"""The Aktenplan and its rules in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from dms_records.adapters.postgres import tables
from dms_records.domain.ablageregel import Ablageregel
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit


class AktenplanRepository:
    """Carries out `use_cases.ports.Aktenplan`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def all(self) -> Sequence[Aktenplaneinheit]:
        """Return every unit of the plan."""
        statement = select(Aktenplaneinheit).where(tables.aktenplaneinheit.c.mandant == self._mandant)
        return (await self._session.scalars(statement)).all()

    async def path(self, aktenplaneinheit_id: UUID) -> Sequence[Aktenplaneinheit]:
        """Return a unit and all above it; the plan has few levels, each is one look-up by key."""
        path = [await self._session.get_one(Aktenplaneinheit, (self._mandant, aktenplaneinheit_id))]
        while (above := path[-1].uebergeordnet_id) is not None:
            path.append(await self._session.get_one(Aktenplaneinheit, (self._mandant, above)))
        return path

    async def by_schluessel(self, schluessel: str) -> Aktenplaneinheit | None:
        """Return the unit with this key."""
        table = tables.aktenplaneinheit
        statement = select(Aktenplaneinheit).where(table.c.mandant == self._mandant, table.c.schluessel == schluessel)
        return (await self._session.scalars(statement)).one_or_none()

    async def regeln(self, leistung: str | None = None) -> Sequence[Ablageregel]:
        """Return all rules, or those that a Leistung may fall under: its prefixes, by the unique index."""
        table = tables.ablageregel
        statement = select(Ablageregel).where(table.c.mandant == self._mandant)
        if leistung is not None:
            prefixes = [leistung[:length] for length in range(1, len(leistung) + 1)]
            statement = statement.where(table.c.leistung == any_(literal(prefixes, ARRAY(Text))))
        return (await self._session.scalars(statement)).all()

    def add(self, row: Aktenplaneinheit | Ablageregel) -> None:
        """Add a new unit or rule."""
        self._session.add(row)

    async def remove(self, regel: Ablageregel) -> None:
        """Remove a rule."""
        await self._session.delete(regel)
