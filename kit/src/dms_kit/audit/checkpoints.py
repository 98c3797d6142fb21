"""The export of what is sealed: leaves with a signed checkpoint, to where no administrator of the database writes."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.audit.hashing import CHECKPOINT_SERVICE, CHECKPOINT_TYP
from dms_kit.core.clock import Clock
from dms_kit.ports.object_store import ObjectStore
from dms_kit.signing import Signer, load_signer
from dms_kit.telemetry import AUDIT_CHECKPOINTS

# With 40 bytes a leaf an object stays below 1 MiB, but for the batch that passes it.
_MOST_LEAVES = 20_000
_DUE_SQL = """
    SELECT sealed.mandant, coalesce(exported.size, 0) AS exported, sealed.size
    FROM (SELECT mandant, max(size) AS size FROM "{schema}".audit_seal GROUP BY mandant) AS sealed
    LEFT JOIN (SELECT mandant, max(size) AS size FROM "{schema}".audit_checkpoint GROUP BY mandant) AS exported
        USING (mandant)
    WHERE sealed.size > coalesce(exported.size, 0)
    ORDER BY sealed.mandant
"""
# The last seal within the limit, or else the next one: a checkpoint ends where a seal does.
_SEAL_SQL = """
    SELECT size, root FROM "{schema}".audit_seal
    WHERE mandant = :mandant AND size > :exported
    ORDER BY size > :exported + :most, CASE WHEN size > :exported + :most THEN size ELSE -size END
    LIMIT 1
"""
_LEAVES_SQL = """
    SELECT string_agg(int8send(entry_id) || hash, ''::bytea ORDER BY number) FROM "{schema}".audit_leaf
    WHERE mandant = :mandant AND number > :exported AND number <= :size
"""
_DONE_SQL = """
    INSERT INTO "{schema}".audit_checkpoint (mandant, size, object_key)
    VALUES (:mandant, :size, :key) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """What an object states: a JWS over numbers, root and the digest of the leaves, then the leaves themselves."""

    service: str
    mandant: str
    exported: int
    size: int
    root: bytes
    leaves: bytes
    issued_at: int

    def content(self, signer: Signer) -> bytes:
        """Return the bytes of the object: the JWS, a line feed, and 40 bytes a leaf (id of the entry, hash)."""
        claims = {
            "iss": self.service,
            "mandant": self.mandant,
            "first": self.exported + 1,
            "size": self.size,
            "root": self.root.hex(),
            "leaves": hashlib.sha256(self.leaves).hexdigest(),
            "iat": self.issued_at,
        }
        return signer.sign(claims, typ=CHECKPOINT_TYP).encode() + b"\n" + self.leaves


class CheckpointExporter:
    """
    Writes the checkpoints of one service, those of each Mandant below its own prefix.

    The object comes first, then the row that remembers it: killed in between, the next object holds the same leaves
    again. Makes the key at the first export.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        metadata: MetaData,
        service: str,
        *,
        store: ObjectStore,
        key: Path,
        clock: Clock,
        close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._engine = engine
        self._schema = metadata.schema
        self._service = service
        self._store = store
        self._key = key
        self._clock = clock
        self._close = close

    async def close(self) -> None:
        """Give back what the store holds, if it is the exporter's own."""
        if self._close is not None:
            await self._close()

    @cached_property
    def _signer(self) -> Signer:
        return load_signer(self._key)

    async def export(self) -> int:
        """Export all that is sealed and not exported; return the number of checkpoints."""
        count = 0
        for mandant, start, size in await self._rows(_DUE_SQL):
            exported = start
            while exported < size:
                exported = await self._export_next(mandant, exported)
                count += 1
        return count

    async def _export_next(self, mandant: str, exported: int) -> int:
        checkpoint = await self._next(mandant, exported)
        key = await self._put(checkpoint)
        await self._remember(checkpoint, key)
        AUDIT_CHECKPOINTS.labels(self._service).inc()
        return checkpoint.size

    async def _next(self, mandant: str, exported: int) -> Checkpoint:
        place = {"mandant": mandant, "exported": exported}
        [(size, root)] = await self._rows(_SEAL_SQL, **place, most=_MOST_LEAVES)
        [(leaves,)] = await self._rows(_LEAVES_SQL, **place, size=size)
        return Checkpoint(
            service=self._service,
            mandant=mandant,
            exported=exported,
            size=size,
            root=root,
            leaves=leaves or b"",
            issued_at=int(self._clock.now().timestamp()),
        )

    async def _put(self, checkpoint: Checkpoint) -> str:
        async def content() -> AsyncIterator[bytes]:
            yield checkpoint.content(self._signer)

        return (await self._store.put(checkpoint.mandant, CHECKPOINT_SERVICE, content())).key

    async def _remember(self, checkpoint: Checkpoint, key: str) -> None:
        async with self._engine.begin() as connection:
            values = {"mandant": checkpoint.mandant, "size": checkpoint.size, "key": key}
            await connection.execute(text(_DONE_SQL.format(schema=self._schema)), values)

    async def _rows(self, sql: str, **values: Any) -> list[Any]:
        async with self._engine.connect() as connection:
            return list((await connection.execute(text(sql.format(schema=self._schema)), values)).all())
