"""Beteiligte in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from dms_kit.core.access import AccessScope
from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.paging import ordered, page_of, to_rows
from dms_records.adapters.postgres.selections import may_read, visible_one
from dms_records.domain.beteiligter import Beteiligter
from dms_records.domain.schriftgut import AKTE, VORGANG, SchriftgutBezug
from dms_records.use_cases.ports import BeteiligterRow, Paging, Rows

_beteiligter = tables.beteiligter.c
_OBJECTS: Mapping[str, tuple[Table, Any]] = {
    AKTE: (tables.akte, _beteiligter.akte_id),
    VORGANG: (tables.vorgang, _beteiligter.vorgang_id),
}
_SORT: Mapping[str, Any] = {"erstellt_am": _beteiligter.erstellt_am, "name": _beteiligter.name_sortierung}
_ROW = tuple(BeteiligterRow.__dataclass_fields__)


class BeteiligterRepository:
    """Carries out `use_cases.ports.Beteiligte`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def page(
        self, scope: AccessScope, bezug: SchriftgutBezug, *, rolle: str | None, paging: Paging
    ) -> Rows[BeteiligterRow] | None:
        """Return a page of the Beteiligte of an object in reach."""
        table, column = _OBJECTS[bezug.art]
        if not await self._all(select(visible_one(table, scope, bezug.id).c.id)):
            return None
        conditions = [_beteiligter.mandant == self._mandant, column == bezug.id]
        if rolle is not None:
            conditions.append(_beteiligter.rolle == rolle)
        page = page_of(tables.beteiligter, conditions, _SORT[paging.sort], paging)
        statement = select(*(page.c[name] for name in _ROW))
        return to_rows(await self._all(ordered(statement, page, paging)), BeteiligterRow, paging)

    async def visible(self, scope: AccessScope, beteiligter_id: UUID) -> BeteiligterRow | None:
        """Return one Beteiligter whose object is in reach."""
        in_reach = or_(
            *(
                exists().where(table.c.mandant == _beteiligter.mandant, table.c.id == column, may_read(table, scope))
                for table, column in _OBJECTS.values()
            )
        )
        statement = select(*(_beteiligter[name] for name in _ROW)).where(*self._one(beteiligter_id), in_reach)
        found = await self._all(statement)
        return BeteiligterRow(**found[0]._mapping) if found else None  # noqa: SLF001 - SQLAlchemy's documented name

    async def bezug(self, beteiligter_id: UUID) -> SchriftgutBezug | None:
        """Return the object of a Beteiligter."""
        statement = select(_beteiligter.akte_id, _beteiligter.vorgang_id).where(*self._one(beteiligter_id))
        for akte_id, vorgang_id in await self._all(statement):
            return SchriftgutBezug.of(akte_id, vorgang_id, None)
        return None

    async def hold(self, beteiligter_id: UUID) -> Beteiligter | None:
        """Return a Beteiligter, its row locked."""
        return await self._session.get(Beteiligter, (self._mandant, beteiligter_id), with_for_update=True)

    def add(self, beteiligter: Beteiligter) -> None:
        """Add a Beteiligter."""
        self._session.add(beteiligter)

    async def remove(self, beteiligter: Beteiligter) -> None:
        """Delete the row."""
        await self._session.delete(beteiligter)

    def _one(self, beteiligter_id: UUID) -> tuple[Any, Any]:
        return _beteiligter.mandant == self._mandant, _beteiligter.id == beteiligter_id

    async def _all(self, statement: Select[Any]) -> Sequence[Any]:
        found: Sequence[Any] = (await self._session.execute(statement)).all()
        return found
