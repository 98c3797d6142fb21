"""Files and what the virus scan said of them, in PostgreSQL."""

import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import ARRAY, Select, Table, Text, Uuid, any_, func, literal, select, text, union_all, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from dms_kit.telemetry import VIRUS_FOUND, VIRUS_WAITING
from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.lock_order import take_turn
from dms_records.domain.dokument import BEFALLEN, NICHT_GEPRUEFT, Dokument, Dokumentversion
from dms_records.domain.eingang import EingangAnlage
from dms_records.domain.posteingang import Posteingang
from dms_records.use_cases.ports import UngepruefteDatei

_TABLES = (tables.dokumentversion, tables.eingang_anlage)
_LOCK = "scan:records"


class VirenpruefungRepository:
    """Carries out `use_cases.ports.Virenpruefungen`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def inhalte(self, objekt_keys: Collection[str]) -> Sequence[tuple[Dokument, Dokumentversion]]:
        """Return the versions with their Dokumente, both locked."""
        await take_turn(self._session, self._mandant)
        dokument, inhalt = tables.dokument.c, tables.dokumentversion.c
        same = (inhalt.mandant == dokument.mandant) & (inhalt.dokument_id == dokument.id)
        statement = (
            select(Dokument, Dokumentversion)
            .join(tables.dokumentversion, same)
            .where(inhalt.mandant == self._mandant, inhalt.objekt_key == _any(objekt_keys))
            .order_by(inhalt.id)
            .with_for_update()
        )
        return [(row[0], row[1]) for row in await self._session.execute(statement)]

    async def anlagen(self, objekt_keys: Collection[str]) -> Sequence[EingangAnlage]:
        """Return the files of Eingänge, locked."""
        columns = tables.eingang_anlage.c
        statement = (
            select(EingangAnlage)
            .where(columns.mandant == self._mandant, columns.objekt_key == _any(objekt_keys))
            .order_by(columns.id)
            .with_for_update()
        )
        return (await self._session.scalars(statement)).all()

    def set_dokument(self, dokument: Dokument) -> None:
        """Write the row although no column of it changed: its version is counted with it."""
        flag_modified(dokument, "aktuelle_version")

    async def set_posteingaenge(self, antrag_ids: Collection[UUID]) -> None:
        """Write the rows of items that wait, for their versions."""
        columns = tables.posteingang.c
        statement = select(Posteingang).where(
            columns.mandant == self._mandant,
            columns.antrag_id == any_(literal(sorted(antrag_ids), ARRAY(Uuid))),
            columns.vorgang_id.is_(None),
        )
        for posteingang in (await self._session.scalars(statement.with_for_update())).all() if antrag_ids else ():
            flag_modified(posteingang, "grund")

    async def reopen(self) -> int:
        """Forget the reasons."""
        anzahl = 0
        for table in _TABLES:
            columns = table.c
            statement = update(table).where(
                columns.mandant == self._mandant, columns.pruefstatus == NICHT_GEPRUEFT, columns.befund.is_not(None)
            )
            found = await self._session.execute(statement.values(befund=None, geprueft_am=None).returning(columns.id))
            anzahl += len(found.all())
        return anzahl


class DateienReader:
    """Carries out `use_cases.ports.UngepruefteDateien`, with the system role: it serves all Mandanten."""

    def __init__(self, system_engine: AsyncEngine) -> None:
        self._engine = system_engine

    async def newest(self, *, without: Collection[str], limit: int) -> Sequence[UngepruefteDatei]:
        """Return the newest files that wait; one that was just filed is named by two rows and comes once."""
        async with self._engine.connect() as connection:
            parts = [waiting_statement(table, without).limit(limit).subquery() for table in _TABLES]
            rows = (await connection.execute(union_all(*(select(part) for part in parts)))).all()
        newest = sorted(rows, key=lambda row: row.id, reverse=True)
        dateien = {
            row.objekt_key: UngepruefteDatei(
                mandant=row.mandant, objekt_key=row.objekt_key, groesse=row.groesse, sha256=row.sha256
            )
            for row in newest
        }
        return list(dateien.values())[:limit]

    async def measure(self) -> None:
        """Set the gauges of what waits, and of what something was found in."""
        waiting, found = 0, 0
        async with self._engine.connect() as connection:
            for table in _TABLES:
                columns = table.c
                is_infected = columns.befund.is_not(None) & (columns.pruefstatus == BEFALLEN)
                waiting += (await connection.execute(_count(waiting_statement(table, ())))).scalar_one()
                found += (await connection.execute(_count(select(columns.id).where(is_infected)))).scalar_one()
        VIRUS_WAITING.set(waiting)
        VIRUS_FOUND.set(found)

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[Callable[[], bool]]:
        """
        Yield what says whether this process is the one that scans.

        An advisory lock on a connection of its own: it goes with the connection, however that ends.
        """
        dsn = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            is_alone = bool(await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", _LOCK))
            yield lambda: is_alone and not connection.is_closed()
        finally:
            await connection.close(timeout=1)


def _any(keys: Collection[str]) -> Any:
    return any_(literal(list(keys), ARRAY(Text)))


def waiting_statement(table: Table, without: Collection[str]) -> Select[Any]:
    """Return what reads the files of a table that wait, the newest first."""
    columns = table.c
    statement = select(columns.id, columns.mandant, columns.objekt_key, columns.groesse, columns.sha256).where(
        # As the index says it: a parameter could not be compared with its condition.
        text("pruefstatus = 'nicht_geprueft'"),
        columns.befund.is_(None),
    )
    if without:
        statement = statement.where(columns.objekt_key.not_in(list(without)))
    return statement.order_by(columns.id.desc())


def _count(statement: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(statement.order_by(None).subquery())
