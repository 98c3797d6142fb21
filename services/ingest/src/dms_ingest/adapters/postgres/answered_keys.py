"""Looks up idempotency keys in one round trip, before a body is read."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_LOOKUP = text("SELECT ingest.is_answered(:mandant, :client, :operation, :key)")


class AnsweredKeys:
    """Asks a function of the schema, which needs no transaction to name the Mandant."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def is_answered(self, *, mandant: str, client: str, operation: str, key: str) -> bool:
        """Say whether the key has a stored answer."""
        values = {"mandant": mandant, "client": client, "operation": operation, "key": key}
        async with self._engine.connect() as connection:
            return bool((await connection.execute(_LOOKUP, values)).scalar_one())
