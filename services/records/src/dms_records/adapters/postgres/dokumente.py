"""Dokumente that are changed, in PostgreSQL."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from dms_kit.core.access import AccessScope
from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.selections import may_read
from dms_records.domain.bearbeitungssperre import Bearbeitungssperre
from dms_records.domain.dokument import Dokument, Dokumentversion


class DokumentRepository:
    """Carries out `use_cases.ports.Dokumente`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def hold(self, scope: AccessScope, dokument_id: UUID) -> Dokument | None:
        """Return a Dokument in reach, its row locked."""
        condition = (tables.dokument.c.id == dokument_id) & may_read(tables.dokument, scope)
        return (await self._session.scalars(select(Dokument).where(condition).with_for_update())).one_or_none()

    async def vorgang_status(self, dokument: Dokument) -> str:
        """Return the status; the shared lock keeps a closing away, not other Dokumente of the Vorgang."""
        columns = tables.vorgang.c
        statement = select(columns.status).where(columns.mandant == self._mandant, columns.id == dokument.vorgang_id)
        return str((await self._session.execute(statement.with_for_update(read=True))).scalar_one())

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
