"""The first tables of workflow: Aufgaben, projection of the organisation, messaging, audit trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dms_kit.database import protect

revision = "0001"
down_revision = None

_SCHEMA = "workflow"
_APP_ROLE = "dms_workflow"
_TABLES = (
    "aufgabe",
    "access_unit",
    "access_responsibility",
    "outbox",
    "dead_letter",
    "inbox",
    "idempotency_key",
    "audit_value",
)


def upgrade() -> None:
    _create_aufgabe()
    _create_projection()
    _create_audit()
    _create_outbox()
    _create_dead_letter()
    _create_inbox()
    for table in _TABLES:
        protect(op, _SCHEMA, table, app_role=_APP_ROLE)
    protect(op, _SCHEMA, "audit_entry", app_role=_APP_ROLE, append_only=True)


def _create_aufgabe() -> None:
    op.create_table(
        "aufgabe",
        sa.Column("mandant", sa.Text(collation="C"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("vorgang_id", sa.Uuid(), nullable=False),
        sa.Column("vorgang_version", sa.BigInteger(), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=True),
        sa.Column("aktenzeichen", sa.Text(), nullable=False),
        sa.Column("zustaendigkeit_id", sa.Uuid(), nullable=False),
        sa.Column("rang", sa.SmallInteger(), nullable=False),
        sa.Column("abgeschirmt", sa.Boolean(), nullable=False),
        sa.Column("titel", sa.Text(), nullable=False),
        sa.Column("faellig_am", sa.Date(), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(collation="C"), nullable=False),
        sa.Column("bearbeiter_sub", sa.Text(), nullable=True),
        sa.Column("bearbeiter_name", sa.Text(), nullable=True),
        sa.Column("ergebnis", sa.Text(), nullable=True),
        sa.Column("bemerkung", sa.Text(), nullable=True),
        sa.CheckConstraint("(status = 'offen') = (bearbeiter_sub IS NULL)", name=op.f("ck_aufgabe_bearbeiter")),
        sa.CheckConstraint("status IN ('offen', 'uebernommen', 'erledigt')", name=op.f("ck_aufgabe_status")),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_aufgabe")),
        schema=_SCHEMA,
    )
    _create_aufgabe_indexes()


def _create_aufgabe_indexes() -> None:
    op.create_index(
        op.f("ix_aufgabe_mandant_faellig_am_id"), "aufgabe", ["mandant", "faellig_am", "id"], schema=_SCHEMA
    )
    op.create_index(
        op.f("ix_aufgabe_mandant_status_faellig_am_id"),
        "aufgabe",
        ["mandant", "status", "faellig_am", "id"],
        unique=False,
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_aufgabe_postkorb",
        "aufgabe",
        ["mandant", "zustaendigkeit_id", "status", "faellig_am", "id"],
        unique=False,
        schema=_SCHEMA,
    )
    op.create_index("uq_aufgabe_vorgang_id", "aufgabe", ["mandant", "vorgang_id"], unique=True, schema=_SCHEMA)


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
