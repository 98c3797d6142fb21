"""Akten, Vorgänge and Dokumente in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from dms_records.adapters.postgres import tables
from dms_records.domain.akte import Akte
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.vorgang import Vorgang, VorgangAufgabe

_COUNTS_ONCE = timedelta(minutes=5)


class SchriftgutRepository:
    """Carries out `use_cases.ports.Schriftgut`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def sammelakte(self, aktenplaneinheit_id: UUID, zustaendigkeit_id: UUID, jahr: int) -> Akte | None:
        """Return the Sammelakte of a year; looked for again under a lock before a caller may create it."""
        found = await self._sammelakte(aktenplaneinheit_id, zustaendigkeit_id, jahr)
        if found is None:
            name = f"sammelakte:{self._mandant}:{aktenplaneinheit_id}:{zustaendigkeit_id}:{jahr}"
            await self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
            found = await self._sammelakte(aktenplaneinheit_id, zustaendigkeit_id, jahr)
        return found

    async def vorgang(self, vorgang_id: UUID) -> Vorgang | None:
        """Return a Vorgang."""
        return await self._session.get(Vorgang, (self._mandant, vorgang_id))

    async def akte(self, akte_id: UUID) -> Akte | None:
        """Return an Akte, its row and the row of its numbers locked, which everyone takes who files in it."""
        await self.next_number(akte_id, count=0)
        return await self._session.get(Akte, (self._mandant, akte_id), with_for_update=True, populate_existing=True)

    async def hand_over(
        self, akte: Akte, zustaendigkeit_id: UUID
    ) -> tuple[Sequence[Vorgang], Sequence[tuple[Dokument, Dokumentversion]]]:
        """Write both tables by a statement each."""
        akte.zustaendigkeit_id = zustaendigkeit_id
        vorgaenge = await self._session.scalars(select(Vorgang).from_statement(self._given(tables.vorgang, akte)))
        dokumente = await self._session.scalars(select(Dokument).from_statement(self._given(tables.dokument, akte)))
        by_id = {dokument.id: dokument for dokument in dokumente}
        inhalt, dokument = tables.dokumentversion.c, tables.dokument.c
        current = (inhalt.mandant == dokument.mandant) & (inhalt.dokument_id == dokument.id)
        statement = (
            select(Dokumentversion)
            .join(tables.dokument, current & (inhalt.nummer == dokument.aktuelle_version))
            .where(dokument.mandant == self._mandant, dokument.akte_id == akte.id)
            .order_by(inhalt.dokument_id)
        )
        inhalte = (await self._session.scalars(statement)).all()
        return list(vorgaenge), [(by_id[row.dokument_id], row) for row in inhalte]

    async def aufgabe(self, aufgabe_id: UUID, vorgang_id: UUID) -> VorgangAufgabe:
        """Return what is known of an Aufgabe, locked."""
        statement = insert(tables.vorgang_aufgabe).values(
            mandant=self._mandant, id=aufgabe_id, vorgang_id=vorgang_id, aufgabe_version=0, uebernommen=False
        )
        await self._session.execute(statement.on_conflict_do_nothing())
        return await self._session.get_one(VorgangAufgabe, (self._mandant, aufgabe_id), with_for_update=True)

    async def aufgaben(self, vorgang_id: UUID) -> Sequence[VorgangAufgabe]:
        """Return the known Aufgaben of a Vorgang."""
        columns = tables.vorgang_aufgabe.c
        statement = select(VorgangAufgabe).where(columns.mandant == self._mandant, columns.vorgang_id == vorgang_id)
        return (await self._session.scalars(statement)).all()

    def add(self, *rows: Akte | Vorgang | Dokument | Dokumentversion) -> None:
        """Add new objects."""
        self._session.add_all(rows)

    async def next_number(self, bereich_id: UUID, jahr: int = 0, *, count: int = 1) -> int:
        """Take running numbers: one upsert, whose row lock orders those who count at the same time."""
        table = tables.aktenzeichen_zaehler
        statement = insert(table).values(mandant=self._mandant, bereich_id=bereich_id, jahr=jahr, wert=count)
        upsert = statement.on_conflict_do_update(
            index_elements=["mandant", "bereich_id", "jahr"], set_={"wert": table.c.wert + count}
        ).returning(table.c.wert)
        return int((await self._session.execute(upsert)).scalar_one())

    async def is_given(self, aktenzeichen: str) -> bool:
        """Say whether an Akte has this Aktenzeichen, by the unique index."""
        columns = tables.akte.c
        statement = select(columns.id).where(columns.mandant == self._mandant, columns.aktenzeichen == aktenzeichen)
        return (await self._session.execute(statement)).first() is not None

    async def note_access(self, dokumentversion_id: UUID, sub: str, *, moment: datetime) -> bool:
        """Note a read of a file unless the same actor's last noted one is younger than five minutes."""
        table = tables.dokumentversion_zugriff
        statement = insert(table).values(
            mandant=self._mandant, objekt_id=dokumentversion_id, sub=sub, gelesen_am=moment
        )
        upsert = statement.on_conflict_do_update(
            index_elements=["mandant", "objekt_id", "sub"],
            set_={"gelesen_am": moment},
            where=table.c.gelesen_am <= moment - _COUNTS_ONCE,
        ).returning(table.c.gelesen_am)
        return (await self._session.execute(upsert)).first() is not None

    def _given(self, table: Table, akte: Akte) -> Any:
        own = (table.c.mandant == self._mandant) & (table.c.akte_id == akte.id)
        values = {"zustaendigkeit_id": akte.zustaendigkeit_id, "version": table.c.version + 1}
        return update(table).where(own).values(values).returning(table)

    async def _sammelakte(self, aktenplaneinheit_id: UUID, zustaendigkeit_id: UUID, jahr: int) -> Akte | None:
        columns = tables.akte.c
        statement = select(Akte).where(
            columns.mandant == self._mandant,
            columns.aktenplaneinheit_id == aktenplaneinheit_id,
            columns.zustaendigkeit_id == zustaendigkeit_id,
            columns.jahr == jahr,
        )
        return (await self._session.scalars(statement)).one_or_none()
