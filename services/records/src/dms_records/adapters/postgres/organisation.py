"""Offices and Zuständigkeiten in PostgreSQL."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from dms_kit.core.access import Directory, Responsibility, Unit
from dms_kit.core.ids import new_id
from dms_kit.database import set_mandant
from dms_records.adapters.postgres import tables
from dms_records.domain.organisationseinheit import Organisationseinheit
from dms_records.domain.zustaendigkeit import Zustaendigkeit


class OrganisationRepository:
    """Carries out `use_cases.ports.Organisation`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def all(self) -> Sequence[Organisationseinheit]:
        """Return every office of the Mandant."""
        table = tables.organisationseinheit
        statement = select(Organisationseinheit).where(table.c.mandant == self._mandant)
        return (await self._session.scalars(statement)).all()

    async def by_schluessel(self, schluessel: str) -> Organisationseinheit | None:
        """Return the office with this key."""
        table = tables.organisationseinheit
        statement = select(Organisationseinheit).where(
            table.c.mandant == self._mandant, table.c.schluessel == schluessel
        )
        return (await self._session.scalars(statement)).one_or_none()

    async def get(self, organisationseinheit_id: UUID) -> Organisationseinheit:
        """Return an office that is known to exist."""
        return await self._session.get_one(Organisationseinheit, (self._mandant, organisationseinheit_id))

    async def obtain_zustaendigkeit(
        self, aktenplaneinheit_id: UUID, organisationseinheit_id: UUID, *, today: date
    ) -> tuple[Zustaendigkeit, bool]:
        """Return the open row of the pair; a twin that creates it at the same time is waited for."""
        found = await self._find(aktenplaneinheit_id, organisationseinheit_id)
        if found is not None:
            return found, False
        table = tables.zustaendigkeit
        statement = (
            insert(table)
            .values(
                mandant=self._mandant,
                id=new_id(),
                version=1,
                aktenplaneinheit_id=aktenplaneinheit_id,
                organisationseinheit_id=organisationseinheit_id,
                gueltig_von=today,
            )
            .on_conflict_do_nothing()
            .returning(table.c.id)
        )
        created = (await self._session.execute(statement)).scalar_one_or_none()
        found = await self._find(aktenplaneinheit_id, organisationseinheit_id)
        if found is None:
            raise LookupError("a Zuständigkeit vanished while it was created")
        return found, created is not None

    def add(self, organisationseinheit: Organisationseinheit) -> None:
        """Add a new office."""
        self._session.add(organisationseinheit)

    async def _find(self, aktenplaneinheit_id: UUID, organisationseinheit_id: UUID) -> Zustaendigkeit | None:
        table = tables.zustaendigkeit
        statement = select(Zustaendigkeit).where(
            table.c.mandant == self._mandant,
            table.c.aktenplaneinheit_id == aktenplaneinheit_id,
            table.c.organisationseinheit_id == organisationseinheit_id,
            table.c.gueltig_bis.is_(None),
        )
        return (await self._session.scalars(statement)).one_or_none()


async def load_directory(engine: AsyncEngine, mandant: str) -> Directory:
    """Read all that rights are resolved by, from records' own tables."""
    units = tables.organisationseinheit.c
    rows = tables.zustaendigkeit.c
    async with engine.connect() as connection:
        await set_mandant(connection, mandant)
        found_units = await connection.execute(
            select(units.id, units.schluessel, units.uebergeordnet_id, units.gueltig_von, units.gueltig_bis).where(
                units.mandant == mandant
            )
        )
        found_rows = await connection.execute(
            select(rows.id, rows.organisationseinheit_id, rows.gueltig_von, rows.gueltig_bis).where(
                rows.mandant == mandant
            )
        )
        return Directory(
            units=tuple(Unit(*unit) for unit in found_units),
            responsibilities=tuple(Responsibility(*row) for row in found_rows),
        )
