"""Rows that many tests begin with: the product writes them once, later tests get a copy, which takes far less time."""

import asyncpg

_TABLES = """
SELECT relname AS name, string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns
FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relnamespace = $1::regnamespace AND relkind = 'r' AND relname NOT LIKE 'alembic%'
  AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
GROUP BY relname ORDER BY relname
"""
_SEQUENCES = (
    "SELECT sequencename AS name, last_value FROM pg_sequences WHERE schemaname = $1 AND last_value IS NOT NULL"
)


class KeptRows:
    """What a schema held at one moment, numbers of its sequences too; the copy lies in a schema beside it."""

    def __init__(self, superuser_url: str, schema: str) -> None:
        self._url = superuser_url.replace("+asyncpg", "")
        self._schema = schema
        self._script = ""

    async def keep(self) -> None:
        """Copy what the schema holds now."""
        connection = await asyncpg.connect(self._url)
        try:
            beside = f"{self._schema}_kept"
            await connection.execute(f"DROP SCHEMA IF EXISTS {beside} CASCADE; CREATE SCHEMA {beside}")
            # As a replica, so that no trigger fires and no foreign key asks in which order the tables come.
            script = ["SET session_replication_role = replica"]
            for table in await connection.fetch(_TABLES, self._schema):
                source, copy, columns = f"{self._schema}.{table['name']}", f"{beside}.{table['name']}", table["columns"]
                if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {source})"):  # noqa: S608
                    await connection.execute(f"CREATE TABLE {copy} AS SELECT {columns} FROM {source}")  # noqa: S608
                    insert = f"INSERT INTO {source} ({columns}) OVERRIDING SYSTEM VALUE"
                    script.append(f"{insert} SELECT {columns} FROM {copy}")  # noqa: S608
            script.extend(
                f"SELECT setval('{self._schema}.{sequence['name']}', {sequence['last_value']})"
                for sequence in await connection.fetch(_SEQUENCES, self._schema)
            )
            self._script = "; ".join(script)
        finally:
            await connection.close()

    async def bring_back(self) -> None:
        """Fill the tables, which must be empty, as they were when `keep` was called."""
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute(self._script)
        finally:
            await connection.close()
