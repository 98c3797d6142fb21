"""What came in, in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.lock_order import take_turn
from dms_records.domain.eingang import Eingang, EingangAnlage
from dms_records.domain.posteingang import Posteingang


class EingangRepository:
    """Carries out `use_cases.ports.Eingaenge`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def exists(self, antrag_id: UUID) -> bool:
        """Say whether the Antrag was received before."""
        columns = tables.eingang.c
        statement = select(columns.antrag_id).where(columns.mandant == self._mandant, columns.antrag_id == antrag_id)
        return (await self._session.execute(statement)).first() is not None

    async def get(self, antrag_id: UUID) -> Eingang:
        """Return an Eingang that is known to exist."""
        return await self._session.get_one(Eingang, (self._mandant, antrag_id))

    async def anlagen(self, antrag_id: UUID) -> Sequence[EingangAnlage]:
        """Return the files of an Eingang by position."""
        columns = tables.eingang_anlage.c
        statement = (
            select(EingangAnlage)
            .where(columns.mandant == self._mandant, columns.antrag_id == antrag_id)
            .order_by(columns.position)
        )
        return (await self._session.scalars(statement)).all()

    async def posteingang(self, posteingang_id: UUID) -> Posteingang | None:
        """Return an item, locked: of two who assign it, one waits and then finds it filed."""
        await take_turn(self._session, self._mandant)
        return await self._session.get(Posteingang, (self._mandant, posteingang_id), with_for_update=True)

    def add(self, eingang: Eingang, anlagen: Sequence[EingangAnlage], posteingang: Posteingang | None) -> None:
        """Add an Eingang; its files only while it waits, since Dokumente take their place."""
        self._session.add(eingang)
        if posteingang is not None:
            self._session.add(posteingang)
            self._session.add_all(anlagen)
