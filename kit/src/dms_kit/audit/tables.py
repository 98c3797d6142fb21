"""Tables of the audit trail, added to each service's metadata."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, MetaData, Table, Text, Uuid


def add_audit_tables(metadata: MetaData) -> None:
    """
    Add `audit_entry` (append-only) and `audit_value` (erasable values) to a service's metadata.

    An entry holds only the salted digest of its values, so erasing a value leaves the entry whole.
    """
    entry = Table(
        "audit_entry",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("mandant", Text, nullable=False),
        Column("occurred_at", DateTime(timezone=True), nullable=False),
        Column("actor", Text, nullable=False),
        Column("client", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("object_type", Text, nullable=False),
        Column("object_id", Uuid, nullable=False),
        Column("values_digest", LargeBinary, nullable=True),
        Column("request_id", Text, nullable=True),
    )
    Index(None, entry.c.mandant, entry.c.object_id, entry.c.id)
    Table(
        "audit_value",
        metadata,
        Column("entry_id", BigInteger, primary_key=True),
        Column("mandant", Text, nullable=False),
        Column("salt", LargeBinary, nullable=False),
        Column("value", Text, nullable=False),
    )
