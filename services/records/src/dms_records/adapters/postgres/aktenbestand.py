"""The Aktenbestandsverzeichnis in SQL: one statement, read through a cursor of the server."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Select, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from dms_kit.core.access import AccessScope
from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.ordering import natural
from dms_records.adapters.postgres.selections import may_read
from dms_records.use_cases.ports import AktenbestandRow

_ROWS_AT_ONCE = 1000
# A circle cannot be saved; should one be there all the same, no statement may run for ever.
_DEEPEST = 1000


async def read_aktenbestand(session: AsyncSession, scope: AccessScope) -> AsyncIterator[Sequence[AktenbestandRow]]:
    """Yield the rows of one moment, never many of them in memory."""
    statement = aktenbestand_statement(scope).execution_options(yield_per=_ROWS_AT_ONCE)
    result = await session.stream(statement)
    async for part in result.partitions():
        yield [AktenbestandRow._make(row) for row in part]


async def read_fristen(session: AsyncSession, mandant: str) -> dict[int, list[UUID]]:
    """Return the units of the plan by the years that hold at them; what is kept without end has none."""
    plan = _plan(mandant)
    statement = select(plan.c.aufbewahrungsdauer, plan.c.id).where(plan.c.aufbewahrungsdauer.is_not(None))
    found: dict[int, list[UUID]] = {}
    for jahre, unit_id in await session.execute(statement):
        found.setdefault(jahre, []).append(unit_id)
    return found


def aktenbestand_statement(scope: AccessScope) -> Select[Any]:
    """Return what reads the registered Akten in reach, in the order of `AktenbestandRow`."""
    akte, plan = tables.akte, _plan(scope.mandant)
    columns = {
        **{column.key: column for column in akte.c},
        **{column.key: column for column in plan.c if column.key in AktenbestandRow._fields and column.key != "id"},
        "titel": akte.c.titel,
        "aktenplaneinheit": plan.c.schluessel,
        "aktenplaneinheit_titel": plan.c.titel,
    }
    return (
        select(*(columns[name].label(name) for name in AktenbestandRow._fields))
        .join(plan, plan.c.id == akte.c.aktenplaneinheit_id)
        .where(may_read(akte, scope), akte.c.aktenzeichen.is_not(None))
        .order_by(plan.c.platz, plan.c.schluessel, akte.c.aktenzeichen_sortierung, akte.c.id)
    )


def _plan(mandant: str) -> CTE:
    # Every unit with what holds at it, its own or the nearest above.
    unit = tables.aktenplaneinheit
    own = [unit.c.id, unit.c.schluessel, unit.c.titel, unit.c.aussonderungsart, unit.c.aufbewahrungsdauer]
    start = select(*own, unit.c.unbefristet, literal(1).label("tiefe"), natural(unit.c.schluessel).label("platz"))
    plan = start.where(unit.c.mandant == mandant, unit.c.uebergeordnet_id.is_(None)).cte("plan", recursive=True)
    below = unit.alias("below")
    is_limited = below.c.unbefristet.is_(True) | below.c.aufbewahrungsdauer.is_not(None)
    step = select(
        below.c.id,
        below.c.schluessel,
        below.c.titel,
        func.coalesce(below.c.aussonderungsart, plan.c.aussonderungsart),
        case((is_limited, below.c.aufbewahrungsdauer), else_=plan.c.aufbewahrungsdauer),
        case((is_limited, below.c.unbefristet), else_=plan.c.unbefristet),
        plan.c.tiefe + 1,
        natural(below.c.schluessel),
    )
    return plan.union_all(
        step.where(below.c.mandant == mandant, below.c.uebergeordnet_id == plan.c.id, plan.c.tiefe < _DEEPEST)
    )
