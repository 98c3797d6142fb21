"""Statements about the tree of the plan and its history."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CTE, FromClause, Insert, Select, Uuid, any_, case, func, insert, literal, null, select
from sqlalchemy.dialects.postgresql import distinct_on

from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.aktenplan_columns import PLAN_NAMES
from dms_records.use_cases.ports import AktenplanRow

_plan, _stand = tables.aktenplaneinheit, tables.aktenplaneinheit_stand
# A circle cannot be saved; should one be there all the same, no statement may run for ever.
_DEEPEST = 1000


def path_of(mandant: str, aktenplaneinheit_id: UUID) -> CTE:
    """Return id and `hoehe` (0 for the unit itself) of a unit and all above it."""
    start = select(_plan.c.id, _plan.c.uebergeordnet_id, literal(0).label("hoehe")).where(
        _plan.c.mandant == mandant, _plan.c.id == aktenplaneinheit_id
    )
    path, above = start.cte("path", recursive=True), _plan.alias("above")
    step = select(above.c.id, above.c.uebergeordnet_id, path.c.hoehe + 1).where(
        above.c.mandant == mandant, above.c.id == path.c.uebergeordnet_id, path.c.hoehe < _DEEPEST
    )
    return path.union_all(step)


def unterbaum_of(mandant: str, aktenplaneinheit_id: UUID) -> CTE:
    """Return the ids of all units below a unit."""
    start = select(_plan.c.id, literal(1).label("tiefe")).where(
        _plan.c.mandant == mandant, _plan.c.uebergeordnet_id == aktenplaneinheit_id
    )
    below, child = start.cte("unterbaum", recursive=True), _plan.alias("child")
    step = select(child.c.id, below.c.tiefe + 1).where(
        child.c.mandant == mandant, child.c.uebergeordnet_id == below.c.id, below.c.tiefe < _DEEPEST
    )
    return below.union_all(step)


def select_rows(source: FromClause, *more: Any) -> Select[Any]:
    """Return what reads units, in the order of `AktenplanRow`, from what has the columns of the plan."""
    office = tables.organisationseinheit.c
    columns = {**{column.key: column for column in source.c}, "organisationseinheit": office.schluessel}
    return (
        select(*(columns[name].label(name) for name in AktenplanRow._fields), *more)
        .select_from(source)
        .outerjoin(
            tables.organisationseinheit,
            (office.mandant == source.c.mandant) & (office.id == source.c.organisationseinheit_id),
        )
    )


def plan_on(mandant: str, stichtag: date) -> FromClause:
    """Return the units that were valid on a day, each with the last Stand that held then."""
    names = [_stand.c.mandant, _stand.c.aktenplaneinheit_id.label("id"), _stand.c.version]
    held = (
        select(*names, *(_stand.c[name] for name in PLAN_NAMES))
        .where(_stand.c.mandant == mandant, _stand.c.wirksam_ab <= stichtag)
        .ext(distinct_on(_stand.c.aktenplaneinheit_id))
        .order_by(_stand.c.aktenplaneinheit_id, _stand.c.version.desc())
        .subquery("held")
    )
    is_valid = (held.c.gueltig_von <= stichtag) & (held.c.gueltig_bis.is_(None) | (held.c.gueltig_bis > stichtag))
    return select(held).where(is_valid).subquery("plan")


def select_staende(mandant: str, aktenplaneinheit_id: UUID) -> Select[Any]:
    """Return what reads the history of a unit, each Stand with the key of the unit above."""
    facts = (_stand.c.wirksam_ab, _stand.c.anlass, _stand.c.grund, _stand.c.geaendert_von, _stand.c.geaendert_am)
    names = [_stand.c.mandant, _stand.c.aktenplaneinheit_id.label("id"), _stand.c.version]
    history = (
        select(*names, *(_stand.c[name] for name in PLAN_NAMES), *facts)
        .where(_stand.c.mandant == mandant, _stand.c.aktenplaneinheit_id == aktenplaneinheit_id)
        .subquery("history")
    )
    above = _plan.alias("above")
    more = [*(history.c[fact.name] for fact in facts), above.c.schluessel.label("uebergeordnet")]
    return select_rows(history, *more).outerjoin(
        above, (above.c.mandant == history.c.mandant) & (above.c.id == history.c.uebergeordnet_id)
    )


def insert_staende(
    mandant: str, ids: Collection[UUID], facts: Sequence[tuple[str, Any]], *, moment: datetime, wirksam_ab: date
) -> Insert:
    """Return what copies the current Stand of units into their histories; `facts` are its other columns."""
    last = (
        select(func.max(_stand.c.wirksam_ab))
        .where(_stand.c.mandant == _plan.c.mandant, _stand.c.aktenplaneinheit_id == _plan.c.id)
        .correlate(_plan)
        .scalar_subquery()
    )
    named = {name: null() if value is None else literal(value) for name, value in facts}
    statement = select(
        _plan.c.mandant,
        _plan.c.id,
        _plan.c.version,
        *(_plan.c[name] for name in PLAN_NAMES),
        case((last.is_(None), _plan.c.gueltig_von), else_=func.greatest(last, literal(wirksam_ab))),
        literal(moment),
        *named.values(),
    ).where(_plan.c.mandant == mandant, _plan.c.id == any_(literal(list(ids), ARRAY(Uuid))))
    names = ["mandant", "aktenplaneinheit_id", "version", *PLAN_NAMES, "wirksam_ab", "geaendert_am", *named]
    return insert(_stand).from_select(names, statement)
