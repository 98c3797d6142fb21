"""The first tables of search: index runs and progress, projection of the organisation, messaging, audit trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dms_kit.database import protect

revision = "0001"
down_revision = None

_SCHEMA = "search"
_APP_ROLE = "dms_search"
_TABLES = (
    "indexlauf",
    "indexstand",
    "access_unit",
    "access_responsibility",
    "outbox",
    "dead_letter",
    "inbox",
    "idempotency_key",
    "audit_value",
)


def upgrade() -> None:
    _create_index_tables()
    _create_projection()
    _create_audit()
    _create_outbox()
    _create_dead_letter()
    _create_inbox()
    for table in _TABLES:
        protect(op, _SCHEMA, table, app_role=_APP_ROLE)
    protect(op, _SCHEMA, "audit_entry", app_role=_APP_ROLE, append_only=True)


def _moment(name: str, *, nullable: bool) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_index_tables() -> None:
    op.create_table(
        "indexlauf",
        sa.Column("mandant", sa.Text(collation="C"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=11), nullable=False),
        _moment("angefordert_am", nullable=False),
        _moment("gestartet_am", nullable=True),
        _moment("beendet_am", nullable=True),
        sa.Column("anzahl", sa.BigInteger(), nullable=False),
        sa.Column("erwartet", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("status IN ('wartet', 'laeuft', 'fertig', 'gescheitert')", name=op.f("ck_indexlauf_status")),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_indexlauf")),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_indexlauf_open",
        "indexlauf",
        ["id"],
        schema=_SCHEMA,
        postgresql_where=sa.text("status IN ('wartet', 'laeuft')"),
    )
    op.create_table(
        "indexstand",
        sa.Column("mandant", sa.Text(collation="C"), nullable=False),
        _moment("indexiert_bis", nullable=False),
        sa.PrimaryKeyConstraint("mandant", name=op.f("pk_indexstand")),
        schema=_SCHEMA,
    )


def _create_projection() -> None:
    op.create_table(
        "access_responsibility",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_access_responsibility")),
        schema=_SCHEMA,
    )
    op.create_table(
        "access_unit",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_access_unit")),
        schema=_SCHEMA,
    )


def _create_audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("values_digest", sa.LargeBinary(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        schema=_SCHEMA,
    )
    op.create_index(
        op.f("ix_audit_entry_mandant_object_id_id"),
        "audit_entry",
        ["mandant", "object_id", "id"],
        unique=False,
        schema=_SCHEMA,
    )
    op.create_table(
        "audit_value",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_value")),
        schema=_SCHEMA,
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("aggregatetype", sa.Text(), nullable=False),
        sa.Column("aggregateid", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("headers", JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_outbox_sent_at",
        "outbox",
        ["sent_at"],
        unique=False,
        schema=_SCHEMA,
        postgresql_where=sa.text("sent_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_unsent", "outbox", ["id"], unique=False, schema=_SCHEMA, postgresql_where=sa.text("sent_at IS NULL")
    )


def _create_dead_letter() -> None:
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ce_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("headers", JSONB(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("parks_key", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("retry_requested", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
        schema=_SCHEMA,
    )
    op.create_index(
        op.f("ix_dead_letter_topic_key_id"), "dead_letter", ["topic", "key", "id"], unique=False, schema=_SCHEMA
    )
    op.create_index("uq_dead_letter_ce_id", "dead_letter", ["mandant", "ce_id"], unique=True, schema=_SCHEMA)


def _create_inbox() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("lives_forever", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "client", "operation", "key", name=op.f("pk_idempotency_key")),
        schema=_SCHEMA,
    )
    op.create_index(
        op.f("ix_idempotency_key_created_at"),
        "idempotency_key",
        ["created_at"],
        unique=False,
        schema=_SCHEMA,
        postgresql_where=sa.text("NOT lives_forever"),
    )
    op.create_table(
        "inbox",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("ce_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "ce_id", name=op.f("pk_inbox")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_inbox_created_at"), "inbox", ["created_at"], unique=False, schema=_SCHEMA)
