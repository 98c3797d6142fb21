"""The Aktenplan and its rules in PostgreSQL."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, Uuid, any_, func, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from dms_kit.access.projection import read_state
from dms_kit.core.actor import Actor
from dms_kit.core.errors import PreconditionFailedError
from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.aktenplan_statements import (
    IN_BULK,
    UNIT_NAMES,
    insert_staende,
    path_of,
    plan_on,
    select_rows,
    select_staende,
    unterbaum_of,
    update_statement,
    values_of,
)
from dms_records.adapters.postgres.lock_order import take_turn
from dms_records.domain.ablageregel import Ablageregel
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit
from dms_records.use_cases.ports import AktenplanRow, AktenplanStandRow, Paging, Rows

_AT_ONCE = 500


class AktenplanRepository:
    """Carries out `use_cases.ports.Aktenplan`."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._mandant = actor.mandant
        self._sub = actor.sub

    async def lock(self) -> None:
        """Take the lock of the Mandant's plan."""
        await take_turn(self._session, self._mandant)
        name = f"aktenplan:{self._mandant}"
        await self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))

    async def all(self, *, hold: bool = False) -> Sequence[Aktenplaneinheit]:
        """Return every unit of the plan."""
        columns = tables.aktenplaneinheit.c
        statement = select(Aktenplaneinheit).where(columns.mandant == self._mandant).order_by(columns.id)
        if hold:
            await take_turn(self._session, self._mandant)
            statement = statement.with_for_update(key_share=True)
        return (await self._session.scalars(statement)).all()

    async def fassung(self) -> tuple[int, ...]:
        """Return what differs when a unit or an office was changed."""
        connection = await self._session.connection()
        return await read_state(connection, self._mandant, (tables.aktenplaneinheit, tables.organisationseinheit))

    async def copies(self) -> Sequence[Aktenplaneinheit]:
        """Return every unit of the plan, unknown to the session; others have their turn between the parts."""
        statement = select(*(tables.aktenplaneinheit.c[name] for name in UNIT_NAMES))
        statement = statement.where(tables.aktenplaneinheit.c.mandant == self._mandant)
        found = await self._session.stream(statement.execution_options(yield_per=_AT_ONCE))
        return [
            Aktenplaneinheit(**dict(zip(UNIT_NAMES, row, strict=True)))
            async for part in found.partitions()
            for row in part
        ]

    async def save_all(self, new: Sequence[Aktenplaneinheit], changed: Sequence[Aktenplaneinheit]) -> None:
        """Insert and update by one prepared statement each, sent in batches."""
        if new:
            for part in _parts(new):
                rows = [{**values_of(einheit), "mandant": self._mandant} for einheit in part]
                await self._session.execute(insert(tables.aktenplaneinheit), rows, execution_options=IN_BULK)
            # The server keeps the plans of its foreign keys: made for a small table, they would read all of a large one
            # for each of its rows.
            await self._session.execute(text("DISCARD PLANS"))
        if changed:
            await self._hold(changed)
            connection = await self._session.connection()
            for part in _parts(changed):
                rows = [{f"new_{name}": value for name, value in values_of(einheit).items()} for einheit in part]
                await connection.execute(update_statement(), rows)

    async def _hold(self, einheiten: Sequence[Aktenplaneinheit]) -> None:
        table = tables.aktenplaneinheit.c
        ids = literal([einheit.id for einheit in einheiten], ARRAY(Uuid))
        statement = select(table.id, table.version).where(table.mandant == self._mandant, table.id == any_(ids))
        statement = statement.order_by(table.id).with_for_update().execution_options(yield_per=_AT_ONCE)
        found = await self._session.stream(statement)
        held = {row.id: row.version async for part in found.partitions() for row in part}
        if held != {einheit.id: einheit.version for einheit in einheiten}:
            raise PreconditionFailedError

    async def get(self, aktenplaneinheit_id: UUID) -> Aktenplaneinheit | None:
        """Return a unit."""
        return await self._session.get(Aktenplaneinheit, (self._mandant, aktenplaneinheit_id))

    async def path(self, aktenplaneinheit_id: UUID, *, hold: bool = False) -> Sequence[Aktenplaneinheit]:
        """Return a unit and all above it in one query, however many levels there are."""
        table, path = tables.aktenplaneinheit, path_of(self._mandant, aktenplaneinheit_id)
        statement = (
            select(Aktenplaneinheit, path.c.hoehe)
            .join(path, table.c.id == path.c.id)
            .where(table.c.mandant == self._mandant)
        )
        if hold:
            await take_turn(self._session, self._mandant)
            # Everyone locks in the order of ids, so nobody waits in a circle.
            statement = statement.order_by(table.c.id).with_for_update(read=True, of=table)
            statement = statement.execution_options(populate_existing=True)
        found = (await self._session.execute(statement)).all()
        return [unit for unit, _ in sorted(found, key=lambda row: row.hoehe)]

    async def unterbaum(self, aktenplaneinheit_id: UUID) -> Sequence[Aktenplaneinheit]:
        """Return all units below a unit in one query."""
        table, below = tables.aktenplaneinheit, unterbaum_of(self._mandant, aktenplaneinheit_id)
        statement = select(Aktenplaneinheit).join(below, table.c.id == below.c.id)
        return (await self._session.scalars(statement.where(table.c.mandant == self._mandant))).unique().all()

    async def by_schluessel(self, schluessel: str) -> Aktenplaneinheit | None:
        """Return the unit with this key."""
        table = tables.aktenplaneinheit
        statement = select(Aktenplaneinheit).where(table.c.mandant == self._mandant, table.c.schluessel == schluessel)
        return (await self._session.scalars(statement)).one_or_none()

    async def akten_between(self, aktenplaneinheit_ids: Collection[UUID]) -> Mapping[UUID, tuple[datetime, datetime]]:
        """Return first and last Akte of each unit, by the index of unit and time."""
        columns = tables.akte.c
        statement = (
            select(columns.aktenplaneinheit_id, func.min(columns.erstellt_am), func.max(columns.erstellt_am))
            .where(
                columns.mandant == self._mandant,
                columns.aktenplaneinheit_id == any_(literal(list(aktenplaneinheit_ids), ARRAY(Uuid))),
            )
            .group_by(columns.aktenplaneinheit_id)
        )
        return {unit: (first, last) for unit, first, last in await self._session.execute(statement)}

    async def note_staende(
        self, ids: Collection[UUID], *, anlass: str, moment: datetime, wirksam_ab: date, grund: str | None = None
    ) -> None:
        """Copy the current Stand of units into their histories."""
        facts = [("anlass", anlass), ("grund", grund), ("geaendert_von", self._sub)]
        await self._session.execute(insert_staende(self._mandant, ids, facts, moment=moment, wirksam_ab=wirksam_ab))

    async def seit(self, aktenplaneinheiten: Collection[UUID]) -> Mapping[UUID, date]:
        """Return the last day of each, which is that of the newest Stand: none holds from before the one it follows."""
        stand = tables.aktenplaneinheit_stand.c
        ids = any_(literal(sorted(aktenplaneinheiten), ARRAY(Uuid)))
        statement = select(stand.aktenplaneinheit_id, func.max(stand.wirksam_ab).label("seit")).where(
            stand.mandant == self._mandant, stand.aktenplaneinheit_id == ids
        )
        found = await self._session.execute(statement.group_by(stand.aktenplaneinheit_id))
        return {row.aktenplaneinheit_id: row.seit for row in found}

    async def staende(self, aktenplaneinheit_id: UUID, paging: Paging) -> Rows[AktenplanStandRow]:
        """Return a page of a unit's history."""
        statement = select_staende(self._mandant, aktenplaneinheit_id)
        version = statement.selected_columns.version
        if paging.after is not None:
            after = paging.after[0]
            statement = statement.where(version < after if paging.descending else version > after)
        statement = statement.order_by(version.desc() if paging.descending else version).limit(paging.limit + 1)
        found = [_stand_row(dict(row._mapping)) for row in await self._session.execute(statement)]  # noqa: SLF001
        items = found[: paging.limit]
        more = (items[-1].einheit.version, aktenplaneinheit_id) if len(found) > paging.limit else None
        return Rows(items, more)

    async def rows(self, stichtag: date | None = None) -> Sequence[AktenplanRow]:
        """Return the whole plan, sorted by key, in one query."""
        source = tables.aktenplaneinheit if stichtag is None else plan_on(self._mandant, stichtag)
        statement = select_rows(source).where(source.c.mandant == self._mandant).order_by(source.c.schluessel)
        return await self._rows(statement)

    async def path_rows(self, aktenplaneinheit_id: UUID) -> Sequence[AktenplanRow]:
        """Return a unit and all above it for an answer."""
        table, path = tables.aktenplaneinheit, path_of(self._mandant, aktenplaneinheit_id)
        statement = select_rows(table).join(path, path.c.id == table.c.id).where(table.c.mandant == self._mandant)
        return await self._rows(statement.order_by(path.c.hoehe))

    async def regeln(self, leistung: str | None = None) -> Sequence[Ablageregel]:
        """Return all rules, or those that a Leistung may fall under: its prefixes, by the unique index."""
        table = tables.ablageregel
        statement = select(Ablageregel).where(table.c.mandant == self._mandant)
        if leistung is not None:
            prefixes = [leistung[:length] for length in range(1, len(leistung) + 1)]
            statement = statement.where(table.c.leistung == any_(literal(prefixes, ARRAY(Text))))
        return (await self._session.scalars(statement)).all()

    def add(self, row: Aktenplaneinheit | Ablageregel) -> None:
        """Add a new unit or rule."""
        self._session.add(row)

    async def remove(self, regel: Ablageregel) -> None:
        """Remove a rule."""
        await self._session.delete(regel)

    async def _rows(self, statement: Select[Any]) -> Sequence[AktenplanRow]:
        found = await self._session.execute(statement)
        return [AktenplanRow._make(row) for row in found]


def _parts(einheiten: Sequence[Aktenplaneinheit]) -> Iterator[Sequence[Aktenplaneinheit]]:
    # Whatever is done to one part holds up everyone else of the process.
    for start in range(0, len(einheiten), _AT_ONCE):
        yield einheiten[start : start + _AT_ONCE]


def _stand_row(values: dict[str, Any]) -> AktenplanStandRow:
    einheit = AktenplanRow(**{name: values.pop(name) for name in AktenplanRow._fields})
    return AktenplanStandRow(einheit=einheit, **values)
