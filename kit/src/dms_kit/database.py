"""PostgreSQL for every service: engines, naming, row-level security for migrations."""

import errno
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import Column, Table, TextClause, exc, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from dms_kit.core.errors import StorageFullError, UnavailableError
from dms_kit.fair_pool import FairPool

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# Classes of SQLSTATE that say "the server, not the statement": connection, resources, operator intervention.
_UNAVAILABLE_CLASSES = ("08", "53", "57", "58")
# A lock that was not given in time, or given up to end a deadlock: nothing was wrong with the statement either.
_UNLUCKY = ("40P01", "55P03")
_DISK_FULL = "53100"
_LOCK_TIMEOUT_MS = 30_000
_PARAMETER = re.compile(r":([a-z][a-z0-9_]*)")
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_SET_MANDANT = text("SELECT set_config('dms.mandant', :mandant, true)")


def create_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """
    Return an asyncpg engine for one role of one service.

    At most `pool_size` connections; a caller waits up to 10 s for one, in the order of asking. Idle transactions end
    after 30 s.
    """
    return create_async_engine(
        url,
        poolclass=FairPool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        connect_args={
            "timeout": 10,
            "server_settings": {
                "idle_in_transaction_session_timeout": "30000",
                "lock_timeout": str(_LOCK_TIMEOUT_MS),
                "jit": "off",
            },
        },
    )


async def set_mandant(session: AsyncSession | AsyncConnection, mandant: str) -> None:
    """Name the Mandant of the running transaction, for the policies of `protect`."""
    await session.execute(_SET_MANDANT, {"mandant": mandant})


@dataclass(frozen=True)
class Insertion:
    """One INSERT that goes to the server together with others; `name` is what the others may call its rows."""

    name: str
    sql: str
    parameters: Mapping[str, Any]


def insertion_of(table: Table, rows: Sequence[Mapping[str, Any]]) -> Insertion:
    """Return the insertion of rows that name every column of their table; `rows` is not empty."""
    parameters = {f"{table.name}_{column.name}": [row[column.name] for row in rows] for column in table.columns}
    return Insertion(f"{table.name}_rows", _insertion_sql(table), parameters)


@lru_cache(maxsize=64)
def _insertion_sql(table: Table) -> str:
    # Arrays make it one text for any number of rows, so that the server knows it already.
    types = {column.name: _bare_type_of(column) for column in table.columns}
    arrays = ", ".join(f"CAST(:{table.name}_{column} AS {kind}[])" for column, kind in types.items())
    columns = ", ".join(types)
    return f'INSERT INTO "{table.schema}".{table.name} ({columns}) SELECT * FROM unnest({arrays}) RETURNING mandant'  # noqa: S608


def _bare_type_of(column: "Column[Any]") -> str:
    return column.type.compile(dialect=_DIALECT).partition(" COLLATE ")[0]


async def insert_together(session: AsyncSession, insertions: Sequence[Insertion], *, count: str) -> int:
    """Run all insertions in one round trip; return how many rows the one named `count` returned."""
    parts = ", ".join(f"{part.name} AS ({part.sql})" for part in insertions)
    parameters = {name: value for part in insertions for name, value in part.parameters.items()}
    sql, names = _positional(f"WITH {parts} SELECT count(*) FROM {count}")  # noqa: S608 - nothing comes from outside
    number: int = await driver_of(session).fetchval(sql, *(parameters[name] for name in names))
    return number


def driver_of(session: AsyncSession) -> Any:
    """
    Return the driver's connection in the transaction that `set_mandant` began, for what runs with every write.

    On the way through SQLAlchemy a statement costs ten times the processor. Its errors are the driver's own.
    """
    return session.sync_session.connection().connection.driver_connection


@lru_cache(maxsize=256)
def _positional(sql: str) -> tuple[str, Sequence[str]]:
    """Number the parameters as the driver wants them; return their names in that order."""
    names = list(dict.fromkeys(_PARAMETER.findall(sql)))
    return _PARAMETER.sub(lambda match: f"${names.index(match[1]) + 1}", sql), names


@lru_cache(maxsize=256)
def prepared(sql: str) -> TextClause:
    """Return the statement of a text that is used again and again; no part of the text may come from outside."""
    # Finding the parameters in a long text costs more than sending it.
    return text(sql)


def sqlstate(error: BaseException) -> str | None:
    """Return the SQLSTATE behind an exception, wherever the driver put it."""
    for cause in _causes(error):
        state = getattr(cause, "sqlstate", None)
        if isinstance(state, str):
            return state
    return None


def is_unavailable(error: BaseException) -> bool:
    """Say whether an exception means that the database did not answer (and not that a statement was wrong)."""
    if is_disk_full(error):
        return False
    state = sqlstate(error)
    if state is not None:
        return state.startswith(_UNAVAILABLE_CLASSES) or state in _UNLUCKY
    if isinstance(error, exc.TimeoutError):
        return True
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, exc.InterfaceError | asyncpg.InterfaceError):
        return "connection" in str(getattr(error, "orig", error)).lower()
    return isinstance(error, ConnectionError | TimeoutError)


def is_disk_full(error: BaseException) -> bool:
    """Say whether an exception means that the volume of the database is full."""
    return any(
        getattr(cause, "sqlstate", None) == _DISK_FULL or (isinstance(cause, OSError) and cause.errno == errno.ENOSPC)
        for cause in _causes(error)
    )


def is_passing(error: BaseException) -> bool:
    """Say whether a failure lies with a dependency that may come back, so that waiting is right."""
    return isinstance(error, UnavailableError | StorageFullError) or is_unavailable(error) or is_disk_full(error)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < 10:
        yield error
        original = getattr(error, "orig", None)
        error = original if isinstance(original, BaseException) else error.__cause__
        seen += 1


@contextmanager
def translated_violation(constraint: str, error: Exception) -> Iterator[None]:
    """Raise `error` in place of the violation of one named constraint."""
    try:
        yield
    except exc.IntegrityError as violation:
        if constraint in str(violation.orig):
            raise error from violation
        raise


def protect(
    op: Any, schema: str, table: str, *, app_role: str, append_only: bool = False, read_only: bool = False
) -> None:
    """
    Put a table under row-level security in a migration.

    The app role sees and writes rows of the transaction's Mandant only (see `set_mandant`); the owner, the system role,
    sees all. With `append_only` the app role may neither change nor delete, with `read_only` it may not insert either.
    """
    name = f'"{schema}"."{table}"'
    owner_policy = f"CREATE POLICY system ON {name} TO CURRENT_USER USING (true) WITH CHECK (true)"
    mandant_policy = (
        f"CREATE POLICY mandant ON {name} TO {app_role}"
        " USING (mandant = current_setting('dms.mandant', true))"
        " WITH CHECK (mandant = current_setting('dms.mandant', true))"
    )
    rights = "SELECT" if read_only else "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE, DELETE"
    for statement in (
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        owner_policy,
        mandant_policy,
        f"GRANT {rights} ON {name} TO {app_role}",
    ):
        op.execute(statement)
