"""Translate an `AccessScope` into the filter of a store; the reference is `AccessScope.permits`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import tantivy
from sqlalchemy import ColumnElement, FromClause, TableValuedAlias, and_, any_, column, false, func, literal, or_
from sqlalchemy.types import ARRAY, SmallInteger, Uuid

from dms_kit.core.access import AccessScope, Rank


def compile_sql(
    scope: AccessScope,
    right: str,
    *,
    mandant: Any,
    responsibility_id: Any,
    rank: Any,
    shielded: Any,
) -> ColumnElement[bool]:
    """
    Return the condition that rows of the scope's right fulfil.

    Plain btree comparisons only: under row-level security nothing else may use an index.
    """
    groups = [
        # One parameter for any number of ids: the statement stays the same and its plan is kept.
        and_(responsibility_id == any_(literal(sorted(ids), ARRAY(Uuid))), rank <= int(limit))
        for limit, ids in scope.by_rank(right).items()
    ]
    if not groups:
        return false()
    return and_(mandant == scope.mandant, or_(*groups), shielded.is_(False))


def reach_rows(limits: Mapping[UUID, Rank]) -> TableValuedAlias:
    """Return responsibilities and their highest ranks as rows of `id` and `rank`: two parameters for any number."""
    ids = list(limits)
    ranks = literal([int(limits[row]) for row in ids], ARRAY(SmallInteger))
    return (
        func.unnest(literal(ids, ARRAY(Uuid)), ranks)
        .table_valued(column("id", Uuid), column("rank", SmallInteger))
        .render_derived("reach")
    )


def compile_sql_row(
    scope: AccessScope,
    reach: FromClause,
    *,
    mandant: Any,
    responsibility_id: Any,
    rank: Any,
    shielded: Any,
) -> ColumnElement[bool]:
    """
    Return the condition that rows of one row of `reach_rows` fulfil, for walks responsibility by responsibility.

    It decides as `compile_sql` does, but costs the same however far a scope reaches: an array would be searched for
    each row.
    """
    own = and_(responsibility_id == reach.c.id, rank <= reach.c.rank)
    return and_(mandant == scope.mandant, own, shielded.is_(False))


def compile_tantivy(scope: AccessScope, right: str, schema: tantivy.Schema) -> tantivy.Query:
    """
    Return the query that documents of the scope's right fulfil, to be joined by MUST.

    Expects the raw text fields `mandant` and `zustaendigkeit_id`, the unsigned field `rang` and the boolean field
    `abgeschirmt`.
    """
    groups = [
        tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Must,
                    tantivy.Query.term_set_query(schema, "zustaendigkeit_id", [str(row) for row in sorted(ids)]),
                ),
                (
                    tantivy.Occur.Must,
                    tantivy.Query.range_query(schema, "rang", tantivy.FieldType.Unsigned, 0, int(limit)),
                ),
            ]
        )
        for limit, ids in scope.by_rank(right).items()
    ]
    if not groups:
        return tantivy.Query.empty_query()
    return tantivy.Query.boolean_query(
        [
            (tantivy.Occur.Must, tantivy.Query.term_query(schema, "mandant", scope.mandant)),
            (tantivy.Occur.Must, tantivy.Query.term_query(schema, "abgeschirmt", False)),
            (tantivy.Occur.Must, tantivy.Query.boolean_query([(tantivy.Occur.Should, group) for group in groups])),
        ]
    )


def compile_opensearch(scope: AccessScope, right: str) -> dict[str, Any]:
    """
    Return the filter that documents of the scope's right fulfil, for the `filter` of a `bool` query.

    Expects the keyword fields `mandant` and `zustaendigkeit_id`, the number `rang` and the boolean `abgeschirmt`.
    """
    groups = [
        {
            "bool": {
                "filter": [
                    {"terms": {"zustaendigkeit_id": [str(row) for row in sorted(ids)]}},
                    {"range": {"rang": {"lte": int(limit)}}},
                ]
            }
        }
        for limit, ids in scope.by_rank(right).items()
    ]
    if not groups:
        return {"match_none": {}}
    return {
        "bool": {
            "filter": [
                {"term": {"mandant": scope.mandant}},
                {"term": {"abgeschirmt": False}},
                {"bool": {"should": groups, "minimum_should_match": 1}},
            ]
        }
    }
