"""Writing of audit entries; the digests are what a later sealing stands on."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import MetaData, insert
from sqlalchemy.ext.asyncio import AsyncSession

from dms_kit.core.actor import Actor

_SALT_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One act on one object; `values` may hold personal data, the entry itself never does."""

    action: str
    object_type: str
    object_id: UUID
    values: Mapping[str, str | int | None] = field(default_factory=dict)


def digest_of(salt: bytes, value: str) -> bytes:
    """Return SHA-256 over salt and value, by which a kept value can be proven."""
    return hashlib.sha256(salt + value.encode()).digest()


async def write_entries(
    session: AsyncSession,
    metadata: MetaData,
    entries: Sequence[AuditEntry],
    *,
    actor: Actor,
    moment: datetime,
    request_id: str | None,
) -> None:
    """Insert the entries and their values into the running transaction."""
    table = metadata.tables[f"{metadata.schema}.audit_entry"]
    values_table = metadata.tables[f"{metadata.schema}.audit_value"]
    rows, secrets = [], []
    for entry in entries:
        secret = _secret(entry.values)
        secrets.append(secret)
        rows.append(
            {
                "mandant": actor.mandant,
                "occurred_at": moment,
                "actor": actor.sub,
                "client": actor.client,
                "action": entry.action,
                "object_type": entry.object_type,
                "object_id": entry.object_id,
                "values_digest": digest_of(*secret) if secret else None,
                "request_id": request_id,
            }
        )
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    ids = (await session.execute(statement, rows)).scalars().all()
    kept = [
        {"entry_id": entry_id, "mandant": actor.mandant, "salt": secret[0], "value": secret[1]}
        for entry_id, secret in zip(ids, secrets, strict=True)
        if secret
    ]
    if kept:
        await session.execute(insert(values_table), kept)


def _secret(values: Mapping[str, str | int | None]) -> tuple[bytes, str] | None:
    if not values:
        return None
    return os.urandom(_SALT_BYTES), json.dumps(values, ensure_ascii=False, sort_keys=True)
