"""Rows copied by SQL from one that the service wrote, so that whatever columns there are have a value."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from tests.harness.installation import Installation

_COLUMNS = """
SELECT quote_ident(column_name) FROM information_schema.columns
WHERE table_schema = 'records' AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position
"""
_COPY = """
INSERT INTO records.{table} ({columns}) SELECT {made}
FROM records.{table} AS sample CROSS JOIN ({source}) AS fresh
CROSS JOIN LATERAL jsonb_populate_record(sample, jsonb_build_object({changes})) AS made WHERE sample.{key} = $1
"""
# The planner takes generated numbers for a few rows, and would look through the other side again for each of them.
_SESSION = {"session_replication_role": "replica", "enable_nestloop": "off", "work_mem": "64MB"}


class Copier:
    """
    Copies rows of records as superuser, past foreign keys and triggers: they were checked when the sample was written.

    Nothing else is written: no Protokoll, no message, no file.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def copy(
        self,
        table: str,
        sample: Any,
        changes: Mapping[str, str],
        *,
        source: str,
        arguments: Sequence[Any] = (),
        key: str = "id",
    ) -> None:
        """
        Copy the sample once for each row of `source` (called `fresh`) with columns changed to SQL expressions over it.

        The arguments of `source` count from $2.
        """
        names = [row[0] for row in self._installation.sql(_COLUMNS, table)]
        statement = _COPY.format(
            table=table,
            columns=", ".join(names),
            made=", ".join(f"made.{name}" for name in names),
            source=source,
            changes=", ".join(f"'{name}', {expression}" for name, expression in changes.items()),
            key=key,
        )
        self.execute(statement, sample, *arguments)

    def execute(self, statement: str, *arguments: Any) -> None:
        """Run a statement past foreign keys and triggers."""
        asyncio.run(self._execute(statement, arguments))

    def settle(self, *tables: str) -> None:
        """Leave tables as the autovacuum of a running installation does."""
        for table in tables:
            self.execute(f"VACUUM (ANALYZE) records.{table}")

    async def _execute(self, statement: str, arguments: Sequence[Any]) -> None:
        dsn = self._installation.url("postgres").replace("+asyncpg", "")
        connection = await asyncpg.connect(dsn, server_settings=_SESSION)
        try:
            await connection.execute(statement, *arguments)
        finally:
            await connection.close()
