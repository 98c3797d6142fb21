"""Rights in the services: the role table, resolving with a short cache, compilers and projection tables."""

from dms_kit.access.compilers import (
    compile_opensearch,
    compile_sql,
    compile_sql_row,
    compile_tantivy,
    reach_rows,
)
from dms_kit.access.resolver import ScopeResolver
from dms_kit.roles import ROLES

__all__ = [
    "ROLES",
    "ScopeResolver",
    "compile_opensearch",
    "compile_sql",
    "compile_sql_row",
    "compile_tantivy",
    "reach_rows",
]
