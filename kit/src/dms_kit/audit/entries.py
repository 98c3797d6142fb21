"""Writing of audit entries; the digests are what a later sealing stands on."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dms_kit.audit.hashing import digest_of
from dms_kit.core.actor import Actor
from dms_kit.database import Insertion

_SALT_BYTES = 16
_ENTRIES_SQL = """
    INSERT INTO "{schema}".audit_entry
        (mandant, occurred_at, actor, client, action, object_type, object_id, values_digest, request_id)
    SELECT :audit_mandant, CAST(:audit_moment AS timestamptz), :audit_actor, :audit_client,
        fresh.action, fresh.object_type, fresh.object_id, fresh.digest, CAST(:audit_request AS text)
    FROM unnest(
        CAST(:audit_actions AS text[]), CAST(:audit_types AS text[]),
        CAST(:audit_objects AS uuid[]), CAST(:audit_digests AS bytea[])
    ) WITH ORDINALITY AS fresh (action, object_type, object_id, digest, place)
    ORDER BY fresh.place
    RETURNING id, values_digest
"""
_VALUES_SQL = """
    INSERT INTO "{schema}".audit_value (entry_id, mandant, salt, value)
    SELECT audit_entries.id, :audit_mandant, kept.salt, kept.value
    FROM unnest(
        CAST(:audit_value_digests AS bytea[]), CAST(:audit_salts AS bytea[]), CAST(:audit_values AS text[])
    ) AS kept (digest, salt, value)
    JOIN audit_entries ON audit_entries.values_digest = kept.digest
    RETURNING entry_id
"""


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One act on one object; `values` may hold personal data, the entry itself never does."""

    action: str
    object_type: str
    object_id: UUID
    values: Mapping[str, str | int | None] = field(default_factory=dict)


def insertions_of(
    schema: str, entries: Sequence[AuditEntry], *, actor: Actor, moment: datetime, request_id: str | None
) -> list[Insertion]:
    """Return the insertions of entries and values; a value finds its entry by the salted digest."""
    secrets = [_secret(entry.values) for entry in entries]
    digests = [digest_of(*secret) if secret else None for secret in secrets]
    parameters = {
        "audit_mandant": actor.mandant,
        "audit_moment": moment,
        "audit_actor": actor.sub,
        "audit_client": actor.client,
        "audit_request": request_id,
        "audit_actions": [entry.action for entry in entries],
        "audit_types": [entry.object_type for entry in entries],
        "audit_objects": [entry.object_id for entry in entries],
        "audit_digests": digests,
    }
    kept = [secret for secret in secrets if secret is not None]
    values = {
        "audit_value_digests": [digest for digest in digests if digest is not None],
        "audit_salts": [salt for salt, _ in kept],
        "audit_values": [value for _, value in kept],
    }
    insertions = [Insertion("audit_entries", _ENTRIES_SQL.format(schema=schema), parameters)]
    if kept:
        insertions.append(Insertion("audit_values", _VALUES_SQL.format(schema=schema), values))
    return insertions


def _secret(values: Mapping[str, str | int | None]) -> tuple[bytes, str] | None:
    if not values:
        return None
    return os.urandom(_SALT_BYTES), json.dumps(values, ensure_ascii=False, sort_keys=True)
