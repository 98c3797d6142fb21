"""Dokumente that are changed, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from dms_kit.core.access import AccessScope
from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.lock_order import take_turn
from dms_records.adapters.postgres.selections import in_reach, may_read
from dms_records.domain.bearbeitungssperre import Bearbeitungssperre
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.vorgang import Vorgang


class DokumentRepository:
    """Carries out `use_cases.ports.Dokumente`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def hold(self, scope: AccessScope, dokument_id: UUID) -> Dokument | None:
        """Return a Dokument in reach, its row locked."""
        await take_turn(self._session, self._mandant)
        condition = (tables.dokument.c.id == dokument_id) & may_read(tables.dokument, scope)
        # Not for the key: who refers to it from elsewhere commits meanwhile, and could be who is waited for.
        statement = select(Dokument).where(condition).with_for_update(key_share=True)
        return (await self._session.scalars(statement)).one_or_none()

    async def hold_discarded(self, scope: AccessScope, dokument_id: UUID) -> Dokument | None:
        """Return a Dokument in the Papierkorb and in reach, its row locked."""
        await take_turn(self._session, self._mandant)
        columns = tables.dokument.c
        conditions = (columns.id == dokument_id, columns.geloescht_am.is_not(None), in_reach(tables.dokument, scope))
        return (await self._session.scalars(select(Dokument).where(*conditions).with_for_update())).one_or_none()

    async def due(self, moment: datetime, *, limit: int) -> Sequence[Dokument]:
        """Return what is due; rows that somebody takes out just now are left alone."""
        columns = tables.dokument.c
        conditions = (columns.mandant == self._mandant, columns.loeschen_am <= moment)
        statement = select(Dokument).where(*conditions).order_by(columns.loeschen_am).limit(limit)
        return (await self._session.scalars(statement.with_for_update(skip_locked=True))).all()

    async def vorgang(self, scope: AccessScope, vorgang_id: UUID) -> Vorgang | None:
        """Return a Vorgang; the shared lock keeps a closing away, not other Dokumente of the Vorgang."""
        await take_turn(self._session, self._mandant)
        condition = (tables.vorgang.c.id == vorgang_id) & may_read(tables.vorgang, scope)
        return (await self._session.scalars(select(Vorgang).where(condition).with_for_update(read=True))).one_or_none()

    async def vorgang_of(self, dokument: Dokument) -> Vorgang:
        """Return the Vorgang under the same shared lock."""
        key = (self._mandant, dokument.vorgang_id)
        return await self._session.get_one(Vorgang, key, with_for_update={"read": True})

    async def aktenplaneinheit_id(self, dokument: Dokument) -> UUID:
        """Return the unit of the Akte."""
        columns = tables.akte.c
        condition = (columns.mandant == self._mandant) & (columns.id == dokument.akte_id)
        found: UUID = (await self._session.execute(select(columns.aktenplaneinheit_id).where(condition))).scalar_one()
        return found

    async def inhalt(self, dokument: Dokument, nummer: int) -> Dokumentversion | None:
        """Return one version; whoever changes it holds the Dokument."""
        columns = tables.dokumentversion.c
        conditions = (columns.mandant == self._mandant, columns.dokument_id == dokument.id, columns.nummer == nummer)
        return (await self._session.scalars(select(Dokumentversion).where(*conditions))).one_or_none()

    async def has_final(self, dokument: Dokument) -> bool:
        """Look for a final version."""
        columns = tables.dokumentversion.c
        found = exists().where(
            columns.mandant == self._mandant,
            columns.dokument_id == dokument.id,
            columns.endgueltig_am.is_not(None),
        )
        return bool((await self._session.execute(select(found))).scalar_one())

    async def destroy(self, dokument: Dokument) -> int:
        """Delete the rows; their objects are the reaper's from then on."""
        anzahl, verweis = 0, tables.verweis.c
        refers = (verweis.quelle_id == dokument.id) | (verweis.ziel_id == dokument.id)
        await self._session.execute(delete(tables.verweis).where(verweis.mandant == self._mandant, refers))
        for table in (tables.bearbeitungssperre, tables.dokumentversion):
            condition = (table.c.mandant == self._mandant) & (table.c.dokument_id == dokument.id)
            rows = await self._session.execute(delete(table).where(condition).returning(table.c.dokument_id))
            anzahl = len(rows.all())
        await self._session.delete(dokument)
        return anzahl

    async def sperre(self, dokument: Dokument) -> Bearbeitungssperre | None:
        """Return the check-out; whoever changes it holds the Dokument."""
        return await self._session.get(Bearbeitungssperre, (self._mandant, dokument.id))

    async def remove(self, sperre: Bearbeitungssperre) -> None:
        """Delete the row at once: a fresh one may follow under the same key."""
        await self._session.delete(sperre)
        await self._session.flush()

    def add(self, *rows: Dokument | Dokumentversion | Bearbeitungssperre) -> None:
        """Add new rows."""
        self._session.add_all(rows)

    def touch(self, dokument: Dokument) -> None:
        """Write the row although no column of it changed: its version is counted with it."""
        flag_modified(dokument, "aktuelle_version")
