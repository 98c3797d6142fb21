"""Verweise in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, Table, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from dms_kit.core.access import AccessScope
from dms_kit.database import translated_violation
from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.paging import ordered, page_of, to_rows
from dms_records.adapters.postgres.selections import may_read, visible_one
from dms_records.domain.schriftgut import AKTE, DOKUMENT, VORGANG, SchriftgutBezug
from dms_records.domain.verweis import Verweis, VerweisExistsError, ziel_unknown
from dms_records.use_cases.ports import Paging, Rows, VerweisFilter, VerweisRow

_verweis = tables.verweis.c
_OBJECTS: Mapping[str, tuple[Table, Any]] = {
    AKTE: (tables.akte, tables.akte.c.titel),
    VORGANG: (tables.vorgang, tables.vorgang.c.betreff),
    DOKUMENT: (tables.dokument, tables.dokument.c.titel),
}
_ENDS = ("quelle", "ziel")
_RICHTUNGEN: Mapping[str | None, tuple[Any, ...]] = {
    None: (_verweis.quelle_id, _verweis.ziel_id),
    "ausgehend": (_verweis.quelle_id,),
    "eingehend": (_verweis.ziel_id,),
}
_OWN = ("id", "version", "typ", "erstellt_am", *(f"{end}_{art}_id" for end in _ENDS for art in _OBJECTS))


class VerweisRepository:
    """Carries out `use_cases.ports.Verweise`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def page(
        self, scope: AccessScope, bezug: SchriftgutBezug, filters: VerweisFilter, paging: Paging
    ) -> Rows[VerweisRow] | None:
        """Return a page of the Verweise of an object in reach whose other ends are in reach too."""
        if not await self._all(select(visible_one(_OBJECTS[bezug.art][0], scope, bezug.id).c.id)):
            return None
        conditions = [
            _verweis.mandant == self._mandant,
            or_(*(end == bezug.id for end in _RICHTUNGEN[filters.richtung])),
            *_readable(scope),
        ]
        if filters.typ is not None:
            conditions.append(_verweis.typ == filters.typ)
        page = page_of(tables.verweis, conditions, _verweis.erstellt_am, paging)
        return to_rows(await self._all(ordered(_select(page), page, paging)), VerweisRow, paging)

    async def visible(self, scope: AccessScope, verweis_id: UUID) -> VerweisRow | None:
        """Return one Verweis whose ends are in reach."""
        conditions = (_verweis.mandant == self._mandant, _verweis.id == verweis_id, *_readable(scope))
        found = await self._all(_select(select(tables.verweis).where(*conditions).subquery("page")))
        return VerweisRow(**found[0]._mapping) if found else None  # noqa: SLF001 - SQLAlchemy's documented name

    async def hold(self, verweis_id: UUID) -> Verweis | None:
        """Return a Verweis, its row locked."""
        return await self._session.get(Verweis, (self._mandant, verweis_id), with_for_update=True)

    async def is_known(self, verweis: Verweis) -> bool:
        """Ask the unique index of pairs."""
        ids = (verweis.quelle.id, verweis.ziel.id)
        conditions = (
            _verweis.mandant == self._mandant,
            _verweis.paar_von == func.least(*ids),
            _verweis.paar_bis == func.greatest(*ids),
            _verweis.typ == verweis.typ,
        )
        return bool(await self._all(select(_verweis.id).where(*conditions)))

    async def add(self, verweis: Verweis) -> None:
        """Add a Verweis; of two at once, the second waits for the first and is refused."""
        table, _ = _OBJECTS[verweis.ziel.art]
        ziel = select(table.c.id).where(table.c.mandant == self._mandant, table.c.id == verweis.ziel.id)
        # For the key alone: it may be changed meanwhile, and the database would ask for its row only at the commit.
        if not await self._all(ziel.with_for_update(read=True, key_share=True)):
            raise ziel_unknown()
        self._session.add(verweis)
        with translated_violation("uq_verweis_paar", VerweisExistsError()):
            await self._session.flush()

    async def remove(self, verweis: Verweis) -> None:
        """Delete the row."""
        await self._session.delete(verweis)

    async def _all(self, statement: Select[Any]) -> Sequence[Any]:
        found: Sequence[Any] = (await self._session.execute(statement)).all()
        return found


def _readable(scope: AccessScope) -> list[ColumnElement[bool]]:
    """Return the conditions by which both ends are in reach."""
    return [
        or_(
            *(
                exists().where(
                    table.c.mandant == _verweis.mandant,
                    table.c.id == _verweis[f"{end}_{art}_id"],
                    may_read(table, scope),
                )
                for art, (table, _) in _OBJECTS.items()
            )
        )
        for end in _ENDS
    ]


def _select(page: FromClause) -> Select[Any]:
    """Return Verweise with title and number of their ends."""
    return select(
        *(page.c[name] for name in _OWN),
        *(_of_end(page, end, "titel").label(f"{end}_titel") for end in _ENDS),
        *(_of_end(page, end, "aktenzeichen").label(f"{end}_aktenzeichen") for end in _ENDS),
    ).select_from(page)


def _of_end(page: FromClause, end: str, what: str) -> Any:
    found = [
        select(titel if what == "titel" else table.c.aktenzeichen)
        .where(table.c.mandant == page.c.mandant, table.c.id == page.c[f"{end}_{art}_id"])
        .correlate(page)
        .scalar_subquery()
        for art, (table, titel) in _OBJECTS.items()
    ]
    return func.coalesce(*found)
