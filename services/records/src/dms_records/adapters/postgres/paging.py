"""Key-set pages in SQL."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    Subquery,
    Table,
    select,
    true,
    tuple_,
    type_coerce,
)

from dms_records.use_cases.ports import Paging, Rows

RowT = TypeVar("RowT")
_SORT = "sort_value"


def page_by_zustaendigkeit(
    table: Table,
    reach: FromClause,
    conditions: Callable[[FromClause], Sequence[ColumnElement[bool]]],
    sort: Any,
    paging: Paging,
) -> Subquery:
    """
    Return a page of a table with rights: the first rows of each Zuständigkeit in reach, then the first of these.

    One short walk of an index for each, however many rows there are; a single walk over `= ANY` would have to sort all.
    Of many Zuständigkeiten only those with the best first rows are walked on, as many as the page has rows: each row of
    another one would have so many before it.
    """
    head = _first([table.c.id], conditions(reach), sort, paging, count=1).lateral("head")
    best = (
        select(*reach.c)
        .select_from(reach)
        .join(head, true())
        .order_by(*_order(head.c[_SORT], head.c.id, paging))
        .limit(paging.limit + 1)
        .subquery("best")
    )
    first = _first(_columns(table), conditions(best), sort, paging).lateral("first_rows")
    outer = select(first).select_from(best).join(first, true())
    return outer.order_by(*_order(first.c[_SORT], first.c.id, paging)).limit(paging.limit + 1).subquery("page")


def page_of(table: FromClause, conditions: Sequence[ColumnElement[bool]], sort: Any, paging: Paging) -> Subquery:
    """Return a page of a table that is found by one walk of an index."""
    return _first(_columns(table), conditions, sort, paging).subquery("page")


def ordered(statement: Select[Any], page: FromClause, paging: Paging) -> Select[Any]:
    """Put a statement over a page into the page's order again and add the sort value to its rows."""
    return statement.add_columns(page.c[_SORT]).order_by(*_order(page.c[_SORT], page.c.id, paging))


def to_rows(found: Sequence[Row[Any]], row_type: type[RowT], paging: Paging, **extra: Any) -> Rows[RowT]:
    """Make the page's rows; one row more than wanted says that there is a next page."""
    items = []
    for row in found[: paging.limit]:
        values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
        values.pop(_SORT)
        items.append(row_type(**values, **extra))
    if len(found) <= paging.limit:
        return Rows(items, None)
    last = found[paging.limit - 1]._mapping  # noqa: SLF001
    return Rows(items, (last[_SORT], last["id"]))


@lru_cache
def _columns(table: FromClause) -> Sequence[ColumnElement[Any]]:
    """Return the columns as mere expressions: a subquery of the table's own takes a copy of each of its constraints."""
    return [type_coerce(column, column.type).label(column.key) for column in table.c]


def _first(
    columns: Sequence[ColumnElement[Any]],
    conditions: Sequence[ColumnElement[bool]],
    sort: Any,
    paging: Paging,
    *,
    count: int | None = None,
) -> Select[Any]:
    """Return the first rows; the sort value is the last of their columns."""
    [row_id] = [column for column in columns if column.key == "id"]
    statement = select(*columns, sort.label(_SORT)).where(*conditions)
    if paging.after is not None:
        place, behind = tuple_(sort, row_id), tuple_(*paging.after)
        statement = statement.where(place < behind if paging.descending else place > behind)
    return statement.order_by(*_order(sort, row_id, paging)).limit(count or paging.limit + 1)


def _order(sort: Any, row_id: Any, paging: Paging) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return (sort.desc(), row_id.desc()) if paging.descending else (sort.asc(), row_id.asc())
