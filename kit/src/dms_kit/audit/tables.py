"""Tables of the audit trail, added to each service's metadata."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)

# What the sealer alone writes; the app role may read it.
SEAL_TABLES = ("audit_leaf", "audit_seal", "audit_checkpoint")
# Of the transaction that wrote the entry; `pg_snapshot_xmin` says which of them have ended.
TRANSACTION_DEFAULT = "(pg_current_xact_id()::text)::bigint"


def add_audit_tables(metadata: MetaData) -> None:
    """
    Add `audit_entry` (append-only), `audit_value` (erasable values) and the tables of the sealer.

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
        Column("xid", BigInteger, nullable=False, server_default=text(TRANSACTION_DEFAULT)),
    )
    Index(None, entry.c.mandant, entry.c.object_id, entry.c.id)
    Index(None, entry.c.xid, entry.c.id)
    Table(
        "audit_value",
        metadata,
        Column("entry_id", BigInteger, primary_key=True),
        Column("mandant", Text, nullable=False),
        Column("salt", LargeBinary, nullable=False),
        Column("value", Text, nullable=False),
    )
    _add_seal_tables(metadata)


def _add_seal_tables(metadata: MetaData) -> None:
    Table(
        "audit_leaf",
        metadata,
        Column("mandant", Text, primary_key=True),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("entry_id", BigInteger, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        UniqueConstraint("entry_id"),
    )
    # `position` counts over all Mandanten; `xid` and `entry_id` are the boundary, `cluster` the server they belong to.
    Table(
        "audit_seal",
        metadata,
        Column("mandant", Text, primary_key=True),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("size", BigInteger, nullable=False),
        Column("root", LargeBinary, nullable=False),
        Column("peaks", LargeBinary, nullable=False),
        Column("position", BigInteger, Identity(always=True), nullable=False, unique=True),
        Column("xid", BigInteger, nullable=False),
        Column("entry_id", BigInteger, nullable=False),
        Column("cluster", BigInteger, nullable=False),
        Column("sealed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    Table(
        "audit_checkpoint",
        metadata,
        Column("mandant", Text, primary_key=True),
        Column("size", BigInteger, primary_key=True, autoincrement=False),
        Column("object_key", Text, nullable=False),
        Column("exported_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
