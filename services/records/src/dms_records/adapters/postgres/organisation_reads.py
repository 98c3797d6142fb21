"""Reads of the organisation for answers."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Select, Uuid, func, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.filters import has_part
from dms_records.adapters.postgres.ordering import folded
from dms_records.adapters.postgres.paging import ordered, page_of, to_rows
from dms_records.use_cases.ports import (
    OrganisationseinheitFilter,
    OrganisationseinheitHistorieRow,
    OrganisationseinheitRow,
    Paging,
    ReorganisationRow,
    Rows,
    ZustaendigkeitFilter,
    ZustaendigkeitHistorieRow,
    ZustaendigkeitRow,
)

_DAYS = ("gueltig_von", "gueltig_bis")
_offices = tables.organisationseinheit


class OrganisationReads:
    """Carries out `use_cases.ports.OrganisationQueries`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def organisationseinheiten(
        self, filters: OrganisationseinheitFilter, paging: Paging
    ) -> Rows[OrganisationseinheitRow]:
        """Return a page of the offices by key."""
        columns = _offices.c
        conditions: list[Any] = [columns.mandant == self._mandant]
        if filters.uebergeordnet is not None:
            above = _offices.alias("above").c
            its_id = select(above.id).where(above.mandant == self._mandant, above.schluessel == filters.uebergeordnet)
            conditions.append(columns.uebergeordnet_id == its_id.scalar_subquery())
        if filters.gueltig_am is not None:
            conditions += _holds_on(_offices, filters.gueltig_am)
        name = folded(columns.name)
        if filters.stichwort is not None:
            conditions.append(has_part(name, filters.stichwort))
        page = page_of(_offices, conditions, name if paging.sort == "name" else columns.schluessel, paging)
        return to_rows(
            await self._all(ordered(self._select_office(page), page, paging)), OrganisationseinheitRow, paging
        )

    async def organisationseinheit(self, organisationseinheit_id: UUID) -> OrganisationseinheitRow | None:
        """Return one office."""
        columns = _offices.c
        one = select(_offices).where(columns.mandant == self._mandant, columns.id == organisationseinheit_id)
        found = await self._all(self._select_office(one.subquery("page")))
        return OrganisationseinheitRow(**found[0]._mapping) if found else None  # noqa: SLF001 - documented name

    async def organisationseinheit_historie(
        self, organisationseinheit_id: UUID, paging: Paging
    ) -> Rows[OrganisationseinheitHistorieRow]:
        """Return a page of the states of an office."""
        now, ended = _offices.c, tables.organisationseinheit_historie.c
        since = func.coalesce(now.stand_von, now.gueltig_von).label("gueltig_von")
        current = select(
            now.id, now.version.label("stand"), now.name, now.uebergeordnet_id, since, now.gueltig_bis, _nothing()
        ).where(now.mandant == self._mandant, now.id == organisationseinheit_id)
        names = ("id", "stand", "name", "uebergeordnet_id", *_DAYS, "reorganisation_id")
        past = select(*(ended[name] for name in names)).where(
            ended.mandant == self._mandant, ended.organisationseinheit_id == organisationseinheit_id
        )
        page = _states(current, past, paging)
        shown = ("id", "stand", "name", *_DAYS, "reorganisation_id")
        statement = self._with_office(page, shown, page.c.uebergeordnet_id, "uebergeordnet")
        return to_rows(await self._all(ordered(statement, page, paging)), OrganisationseinheitHistorieRow, paging)

    async def zustaendigkeiten(self, filters: ZustaendigkeitFilter, paging: Paging) -> Rows[ZustaendigkeitRow]:
        """Return a page of the Zuständigkeiten by the key of their plan unit."""
        row, plan, office = tables.zustaendigkeit.c, tables.aktenplaneinheit.c, _offices.c
        known = (
            select(
                *(row[name] for name in ("id", "version", "aufnehmend", *_DAYS)),
                plan.schluessel.label("aktenplaneinheit"),
                office.schluessel.label("organisationseinheit"),
            )
            .join(tables.aktenplaneinheit, (plan.mandant == row.mandant) & (plan.id == row.aktenplaneinheit_id))
            .join(_offices, (office.mandant == row.mandant) & (office.id == row.organisationseinheit_id))
            .where(row.mandant == self._mandant)
            .subquery("known")
        )
        asked = {
            "aktenplaneinheit": filters.aktenplaneinheit,
            "organisationseinheit": filters.organisationseinheit,
            "aufnehmend": filters.aufnehmend,
        }
        conditions = [known.c[name] == value for name, value in asked.items() if value is not None]
        if filters.gueltig_am is not None:
            conditions += _holds_on(known, filters.gueltig_am)
        page = page_of(known, conditions, known.c[paging.sort], paging)
        statement = select(*(page.c[name] for name in ZustaendigkeitRow.__dataclass_fields__))
        return to_rows(await self._all(ordered(statement, page, paging)), ZustaendigkeitRow, paging)

    async def zustaendigkeiten_under(self, aktenplaneinheit: str, *, unterbaum: bool) -> frozenset[UUID]:
        """Return the Zuständigkeiten of a unit, or of all of a subtree, in one query."""
        row, plan = tables.zustaendigkeit.c, tables.aktenplaneinheit
        start = select(plan.c.id).where(plan.c.mandant == self._mandant, plan.c.schluessel == aktenplaneinheit)
        units = start.cte("units", recursive=True)
        if unterbaum:
            child = plan.alias("child").c
            # UNION, not UNION ALL: even a circle, which cannot be saved, would come to an end.
            units = units.union(
                select(child.id).where(child.mandant == self._mandant, child.uebergeordnet_id == units.c.id)
            )
        statement = select(row.id).join(units, units.c.id == row.aktenplaneinheit_id)
        return frozenset((await self._session.scalars(statement.where(row.mandant == self._mandant))).all())

    async def zustaendigkeit_historie(self, zustaendigkeit_id: UUID, paging: Paging) -> Rows[ZustaendigkeitHistorieRow]:
        """Return a page of the offices that a Zuständigkeit had."""
        now, ended = tables.zustaendigkeit.c, tables.zustaendigkeit_historie.c
        current = select(
            now.id, now.version.label("stand"), now.organisationseinheit_id, *(now[day] for day in _DAYS), _nothing()
        ).where(now.mandant == self._mandant, now.id == zustaendigkeit_id)
        names = ("id", "stand", "organisationseinheit_id", *_DAYS, "reorganisation_id")
        past = select(*(ended[name] for name in names)).where(
            ended.mandant == self._mandant, ended.zustaendigkeit_id == zustaendigkeit_id
        )
        page = _states(current, past, paging)
        shown = ("id", "stand", *_DAYS, "reorganisation_id")
        statement = self._with_office(page, shown, page.c.organisationseinheit_id, "organisationseinheit")
        return to_rows(await self._all(ordered(statement, page, paging)), ZustaendigkeitHistorieRow, paging)

    async def reorganisationen(self, paging: Paging) -> Rows[ReorganisationRow]:
        """Return a page of the reorganisations."""
        table = tables.reorganisation
        page = page_of(table, [table.c.mandant == self._mandant], table.c[paging.sort], paging)
        statement = select(*(page.c[name] for name in ReorganisationRow.__dataclass_fields__))
        return to_rows(await self._all(ordered(statement, page, paging)), ReorganisationRow, paging)

    async def reorganisation(self, reorganisation_id: UUID) -> ReorganisationRow | None:
        """Return one reorganisation."""
        columns = tables.reorganisation.c
        statement = select(*(columns[name] for name in ReorganisationRow.__dataclass_fields__))
        found = await self._all(statement.where(columns.mandant == self._mandant, columns.id == reorganisation_id))
        return ReorganisationRow(**found[0]._mapping) if found else None  # noqa: SLF001

    def _select_office(self, page: FromClause) -> Select[Any]:
        names = ("id", "version", "schluessel", "name", *_DAYS)
        return self._with_office(page, names, page.c.uebergeordnet_id, "uebergeordnet")

    def _with_office(self, page: FromClause, names: Sequence[str], office_id: Any, label: str) -> Select[Any]:
        office = _offices.alias("office")
        return (
            select(*(page.c[name] for name in names), office.c.schluessel.label(label))
            .select_from(page)
            .outerjoin(office, (office.c.mandant == self._mandant) & (office.c.id == office_id))
        )

    async def _all(self, statement: Select[Any]) -> Sequence[Any]:
        found: Sequence[Any] = (await self._session.execute(statement)).all()
        return found


def _states(current: Select[Any], past: Select[Any], paging: Paging) -> FromClause:
    both = union_all(current, past).subquery("states")
    return page_of(both, [], both.c.stand, paging)


def _holds_on(rows: FromClause, day: date) -> list[Any]:
    return [rows.c.gueltig_von <= day, or_(rows.c.gueltig_bis.is_(None), rows.c.gueltig_bis > day)]


def _nothing() -> Any:
    return null().cast(Uuid).label("reorganisation_id")
