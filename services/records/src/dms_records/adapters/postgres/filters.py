"""Conditions of lists, made of what was asked for."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Table,
    Uuid,
    and_,
    any_,
    exists,
    false,
    func,
    literal,
    or_,
)

from dms_kit.core.text import sort_key
from dms_records.adapters.postgres import tables
from dms_records.domain.aufbewahrung import zda_between
from dms_records.use_cases.ports import AkteFilter, DokumentFilter, PosteingangFilter, SchriftgutFilter, VorgangFilter


def schriftgut_conditions(table: Table, filters: SchriftgutFilter) -> list[ColumnElement[bool]]:
    """Return the conditions on what Akte and Vorgang have in common, but for those that an index of their own finds."""
    columns = table.c
    text = columns.titel_sortierung if table is tables.akte else columns.betreff_sortierung
    asked: list[tuple[Any, Any]] = [
        (filters.status, lambda value: columns.status == value),
        (filters.rang, lambda value: columns.rang == value),
        (filters.erstellt_ab, lambda value: columns.erstellt_am >= value),
        (filters.erstellt_vor, lambda value: columns.erstellt_am < value),
        # By the column that sorts, so that its index may be walked: what is open lies behind every day.
        (filters.zda_ab, lambda value: columns.zda_sortierung >= value),
        (filters.zda_bis, lambda value: columns.zda_sortierung <= value),
        (filters.stichwort, lambda value: has_part(text, value)),
    ]
    conditions = [condition(value) for value, condition in asked if value is not None]
    if filters.zda_ab is not None or filters.zda_bis is not None:
        conditions.append(columns.zda_am.is_not(None))
    return conditions


def akte_conditions(filters: AkteFilter) -> list[ColumnElement[bool]]:
    """Return the conditions on Akten."""
    columns = tables.akte.c
    conditions = schriftgut_conditions(tables.akte, filters)
    if filters.art is not None:
        conditions.append(columns.art == filters.art)
    if filters.jahr is not None:
        conditions.append(columns.jahr == filters.jahr)
    if filters.frist_ab is not None or filters.frist_bis is not None:
        conditions += [columns.zda_am.is_not(None), or_(false(), *_ends_between(filters))]
    return conditions


def _ends_between(filters: AkteFilter) -> Iterator[ColumnElement[bool]]:
    # Days of zdA, computed before: what computes in SQL would hide the column from the policy of the rows.
    columns = tables.akte.c
    for jahre, units in filters.fristen.items():
        first, last = zda_between(jahre, filters.frist_ab, filters.frist_bis)
        under = columns.aktenplaneinheit_id == any_(literal(list(units), ARRAY(Uuid)))
        yield and_(under, columns.zda_sortierung.between(first, last))


def vorgang_conditions(filters: VorgangFilter) -> list[ColumnElement[bool]]:
    """Return the conditions on Vorgänge."""
    conditions = schriftgut_conditions(tables.vorgang, filters)
    if filters.leistung is not None:
        conditions.append(_came_in(tables.vorgang, leistung_schluessel=filters.leistung))
    return conditions


def dokument_conditions(filters: DokumentFilter) -> list[ColumnElement[bool]]:
    """Return the conditions on Dokumente."""
    columns = tables.dokument.c
    asked: list[tuple[Any, Any]] = [
        (filters.status, lambda value: columns.status == value),
        (filters.art, lambda value: columns.art == value),
        (filters.stichwort, lambda value: has_part(columns.titel_sortierung, value)),
    ]
    return [condition(value) for value, condition in asked if value is not None]


def posteingang_conditions(filters: PosteingangFilter) -> list[ColumnElement[bool]]:
    """Return the conditions on what waits in the Posteingang."""
    columns = tables.posteingang.c
    asked: list[tuple[Any, Any]] = [
        (filters.leistung, lambda value: _came_in(tables.posteingang, leistung_schluessel=value)),
        (filters.region, lambda value: _came_in(tables.posteingang, region=value)),
        (filters.eingangsnummer, lambda value: _came_in(tables.posteingang, eingangsnummer=value)),
        (filters.stichwort, lambda value: has_part(columns.betreff_sortierung, value)),
        (filters.eingegangen_ab, lambda value: columns.eingegangen_am >= value),
        (filters.eingegangen_vor, lambda value: columns.eingegangen_am < value),
    ]
    return [condition(value) for value, condition in asked if value is not None]


def _came_in(table: Table, **facts: str) -> ColumnElement[bool]:
    eingang = tables.eingang.c
    same = [eingang[name] == value for name, value in facts.items()]
    return exists().where(eingang.mandant == table.c.mandant, eingang.antrag_id == table.c.antrag_id, *same)


def has_part(folded: ColumnElement[Any], part: str) -> ColumnElement[bool]:
    """Return the condition that a text holds a part; both without case and accents (`sort_key`)."""
    return func.strpos(folded, sort_key(part)) > 0
