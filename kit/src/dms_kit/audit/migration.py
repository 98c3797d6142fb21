"""What the migrations of the services run; as they do, it stays as it landed: a later change is another function."""

from typing import Any

import sqlalchemy as sa

from dms_kit.database import protect


def create_seal_tables(op: Any, schema: str, *, app_role: str) -> None:
    """Let entries say their transaction, and create the tables of the sealer, which the app role may only read."""
    # Evaluated once for the rows that are there: to the sealer they are one transaction, in the order of their ids.
    transaction = sa.text("(pg_current_xact_id()::text)::bigint")
    op.add_column(
        "audit_entry", sa.Column("xid", sa.BigInteger(), server_default=transaction, nullable=False), schema=schema
    )
    op.create_index("ix_audit_entry_xid_id", "audit_entry", ["xid", "id"], schema=schema)
    _create_leaf(op, schema)
    _create_seal(op, schema)
    op.create_table(
        "audit_checkpoint",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "size", name="pk_audit_checkpoint"),
        schema=schema,
    )
    for table in ("audit_leaf", "audit_seal", "audit_checkpoint"):
        protect(op, schema, table, app_role=app_role, read_only=True)


def _create_leaf(op: Any, schema: str) -> None:
    op.create_table(
        "audit_leaf",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "number", name="pk_audit_leaf"),
        sa.UniqueConstraint("entry_id", name="uq_audit_leaf_entry_id"),
        schema=schema,
    )


def _create_seal(op: Any, schema: str) -> None:
    op.create_table(
        "audit_seal",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("cluster", sa.BigInteger(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "number", name="pk_audit_seal"),
        sa.UniqueConstraint("position", name="uq_audit_seal_position"),
        schema=schema,
    )
