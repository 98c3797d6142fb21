"""The quarantine of one service: objects of which nothing is served until an operator releases them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import MetaData, delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from dms_kit.core.fixity import QuarantineFilter, Schaden, id_of_key
from dms_kit.fixity.tables import quarantaene_of
from dms_kit.telemetry import OBJECTS_DAMAGED

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class QuarantinedObject:
    """A damaged object; `gefunden_durch` is the act that met the damage first."""

    objekt_key: str
    version: int
    schaden: str
    gefunden_durch: str
    gefunden_am: datetime

    @property
    def id(self) -> UUID:
        """Return the UUID of the object."""
        return id_of_key(self.objekt_key)


class Quarantine:
    """The quarantined objects of a transaction's Mandant."""

    def __init__(self, session: AsyncSession, metadata: MetaData, mandant: str) -> None:
        self._session = session
        self._service = str(metadata.schema)
        self._table = quarantaene_of(metadata)
        self._mandant = mandant

    async def add(self, objekt_key: str, schaden: Schaden, *, gefunden_durch: str, moment: datetime) -> bool:
        """Quarantine an object, count it and log it; False when it is quarantined already, which stays as it is."""
        values = {
            "mandant": self._mandant,
            "objekt_key": objekt_key,
            "version": 1,
            "schaden": schaden.value,
            "gefunden_durch": gefunden_durch,
            "gefunden_am": moment,
        }
        statement = insert(self._table).values(values).on_conflict_do_nothing().returning(self._table.c.objekt_key)
        is_new = (await self._session.execute(statement)).one_or_none() is not None
        if is_new:
            OBJECTS_DAMAGED.labels(self._service, schaden.value, gefunden_durch).inc()
            log.error("object.damaged", of=self._service, objekt=objekt_key, schaden=schaden.value, by=gefunden_durch)
        return is_new

    async def page(
        self, filters: QuarantineFilter, *, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[QuarantinedObject]:
        """Return a page from behind (`gefunden_am`, `objekt_key`)."""
        columns = self._table.c
        order = [columns.gefunden_am, columns.objekt_key]
        statement = select(self._table).where(columns.mandant == self._mandant).limit(limit)
        if filters.schaden is not None:
            statement = statement.where(columns.schaden == filters.schaden)
        if filters.gefunden_durch is not None:
            statement = statement.where(columns.gefunden_durch == filters.gefunden_durch)
        if after is not None:
            place = tuple_(*order)
            statement = statement.where(place < after if filters.descending else place > after)
        ordered = statement.order_by(*(column.desc() if filters.descending else column for column in order))
        return [object_of(row) for row in await self._session.execute(ordered)]

    async def get(self, objekt_key: str) -> QuarantinedObject | None:
        """Return one, locked until the end of the transaction."""
        columns = self._table.c
        statement = select(self._table).where(columns.mandant == self._mandant, columns.objekt_key == objekt_key)
        row = (await self._session.execute(statement.with_for_update())).one_or_none()
        return None if row is None else object_of(row)

    async def remove(self, objekt_key: str) -> None:
        """Let the object be served again."""
        columns = self._table.c
        same = (columns.mandant == self._mandant, columns.objekt_key == objekt_key)
        await self._session.execute(delete(self._table).where(*same))


def object_of(row: Any) -> QuarantinedObject:
    """Return what a row says."""
    names = ("objekt_key", "version", "schaden", "gefunden_durch", "gefunden_am")
    return QuarantinedObject(**{name: getattr(row, name) for name in names})
