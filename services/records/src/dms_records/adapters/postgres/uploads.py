"""Uploads in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from dms_records.adapters.postgres import tables
from dms_records.domain.upload import Upload, UploadTeil


class UploadRepository:
    """Carries out `use_cases.ports.Uploads`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def get(self, upload_id: UUID, *, sub: str, moment: datetime, hold: bool = False) -> Upload | None:
        """Return an Upload of a person."""
        columns = tables.upload.c
        conditions = (columns.mandant == self._mandant, columns.id == upload_id, columns.sub == sub)
        statement = select(Upload).where(*conditions, columns.ablauf_am > moment)
        return (await self._session.scalars(statement.with_for_update() if hold else statement)).one_or_none()

    async def teile(self, upload_id: UUID) -> Sequence[UploadTeil]:
        """Return the parts by their start."""
        columns = tables.upload_teil.c
        conditions = (columns.mandant == self._mandant, columns.upload_id == upload_id)
        return (await self._session.scalars(select(UploadTeil).where(*conditions).order_by(columns.start))).all()

    def add(self, row: Upload | UploadTeil) -> None:
        """Add a row."""
        self._session.add(row)

    async def forget_teile(self, upload_id: UUID, *, from_start: int = 0) -> None:
        """Delete rows of parts."""
        columns = tables.upload_teil.c
        conditions = (columns.mandant == self._mandant, columns.upload_id == upload_id, columns.start >= from_start)
        await self._session.execute(delete(tables.upload_teil).where(*conditions))

    async def remove(self, upload: Upload) -> None:
        """Delete an Upload."""
        await self.forget_teile(upload.id)
        await self._session.delete(upload)

    async def remove_due(self, moment: datetime) -> int:
        """Delete what is due, the parts first; what somebody adds a part to just now is left alone."""
        columns, teil = tables.upload.c, tables.upload_teil.c
        due = select(columns.id).where(columns.mandant == self._mandant, columns.ablauf_am <= moment)
        ids = (await self._session.scalars(due.with_for_update(skip_locked=True))).all()
        parts = delete(tables.upload_teil).where(teil.mandant == self._mandant, teil.upload_id.in_(ids))
        await self._session.execute(parts)
        await self._session.execute(delete(tables.upload).where(columns.mandant == self._mandant, columns.id.in_(ids)))
        return len(ids)
