"""The first tables of ingest: Anträge, projection of the organisation, messaging, audit trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dms_kit.database import protect

revision = "0001"
down_revision = None

_SCHEMA = "ingest"
_APP_ROLE = "dms_ingest"
_TABLES = (
    "antrag",
    "anlage",
    "antrag_dokument",
    "access_unit",
    "access_responsibility",
    "outbox",
    "dead_letter",
    "inbox",
    "idempotency_key",
    "audit_value",
)
# One sequence per Mandant and year: counters in rows would make all writers wait for each other. The app role may not
# create sequences, so the function runs as its owner, and takes the Mandant from the transaction, not from its caller.
_NEXT_EINGANGSNUMMER = """
CREATE FUNCTION ingest.next_eingangsnummer(jahr integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mandant text := nullif(current_setting('dms.mandant', true), '');
    name text := format('eingangsnummer_%s_%s', mandant, jahr);
    sequence text := format('ingest.%I', name);
BEGIN
    IF mandant IS NULL OR octet_length(name) > 63 THEN
        RAISE EXCEPTION 'no sequence without a Mandant of at most 43 characters';
    END IF;
    IF to_regclass(sequence) IS NULL THEN
        BEGIN
            EXECUTE format('CREATE SEQUENCE %s', sequence);
        EXCEPTION WHEN duplicate_table OR unique_violation THEN
            NULL;
        END;
    END IF;
    RETURN nextval(sequence::regclass);
END
$$
"""
# Asked before a body is read, without a transaction: it tells one bit and needs no setting of the Mandant.
_IS_ANSWERED = """
CREATE FUNCTION ingest.is_answered(mandant text, client text, operation text, key text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM ingest.idempotency_key AS known
        WHERE known.mandant = $1 AND known.client = $2 AND known.operation = $3 AND known.key = $4
    )
$$
"""
_FUNCTIONS = ("next_eingangsnummer(integer)", "is_answered(text, text, text, text)")


def upgrade() -> None:
    _create_antrag()
    _create_anlage()
    _create_projection()
    _create_audit()
    _create_outbox()
    _create_dead_letter()
    _create_inbox()
    for table in _TABLES:
        protect(op, _SCHEMA, table, app_role=_APP_ROLE)
    protect(op, _SCHEMA, "audit_entry", app_role=_APP_ROLE, append_only=True)
    op.execute(_NEXT_EINGANGSNUMMER)
    op.execute(_IS_ANSWERED)
    for function in _FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION ingest.{function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION ingest.{function} TO {_APP_ROLE}")


def _key(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(collation="C"), nullable=nullable)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _objekt(prefix: str) -> list[sa.Column[object]]:
    return [
        sa.Column(f"{prefix}_key", sa.Text(collation="C"), nullable=True),
        sa.Column(f"{prefix}_groesse", sa.BigInteger(), nullable=False),
        sa.Column(f"{prefix}_sha256", sa.Text(collation="C"), nullable=False),
        sa.Column(f"{prefix}_sha512", sa.Text(collation="C"), nullable=False),
        sa.Column(f"{prefix}_bloecke", sa.LargeBinary(), nullable=False),
    ]


def _create_antrag() -> None:
    op.create_table(
        "antrag",
        _key("mandant"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _key("client"),
        _key("eingangsnummer"),
        _moment("eingegangen_am", nullable=False),
        _key("leistung_schluessel"),
        sa.Column("leistung_bezeichnung", sa.Text(), nullable=False),
        _key("region"),
        sa.Column("betreff", sa.Text(), nullable=False),
        _key("externe_referenz", nullable=True),
        *_objekt("formular"),
        sa.Column("quittung", sa.Text(), nullable=False),
        sa.Column("vorgang_id", sa.Uuid(), nullable=True),
        sa.Column("aktenzeichen", sa.Text(), nullable=True),
        sa.Column("zustaendigkeit_id", sa.Uuid(), nullable=True),
        sa.Column("rang", sa.SmallInteger(), nullable=True),
        sa.Column("abgeschirmt", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("anzahl_dokumente", sa.Integer(), nullable=True),
        _moment("abgelegt_am"),
        _moment("durchsuchbar_am"),
        _moment("zugewiesen_am"),
        _moment("zuletzt_zugewiesen_am"),
        _moment("abgeschlossen_am"),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_antrag")),
        schema=_SCHEMA,
    )
    _index_antrag()


def _index_antrag() -> None:
    kept = sa.text("formular_key IS NOT NULL")
    op.create_index("uq_antrag_eingangsnummer", "antrag", ["mandant", "eingangsnummer"], unique=True, schema=_SCHEMA)
    op.create_index(op.f("ix_antrag_mandant_client_id"), "antrag", ["mandant", "client", "id"], schema=_SCHEMA)
    op.create_index(
        op.f("ix_antrag_mandant_client_externe_referenz_id"),
        "antrag",
        ["mandant", "client", "externe_referenz", "id"],
        schema=_SCHEMA,
    )
    op.create_index("ix_antrag_formular_key", "antrag", ["formular_key"], schema=_SCHEMA, postgresql_where=kept)
    op.create_index("ix_antrag_kept", "antrag", ["abgelegt_am"], schema=_SCHEMA, postgresql_where=kept)


def _create_anlage() -> None:
    op.create_table(
        "anlage",
        _key("mandant"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("dateiname", sa.Text(), nullable=False),
        sa.Column("dateiname_original", sa.Text(), nullable=False),
        sa.Column("mime_type", sa.Text(), nullable=False),
        *_objekt("objekt"),
        sa.Column("pruefstatus", sa.String(length=14), nullable=False),
        sa.CheckConstraint(
            "pruefstatus IN ('nicht_geprueft', 'sauber', 'befallen')", name=op.f("ck_anlage_pruefstatus")
        ),
        sa.ForeignKeyConstraint(
            ["mandant", "antrag_id"],
            ["ingest.antrag.mandant", "ingest.antrag.id"],
            name=op.f("fk_anlage_mandant_antrag_id"),
        ),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_anlage")),
        schema=_SCHEMA,
    )
    op.create_index("uq_anlage_position", "anlage", ["mandant", "antrag_id", "position"], unique=True, schema=_SCHEMA)
    op.create_index(
        "ix_anlage_objekt_key",
        "anlage",
        ["objekt_key"],
        schema=_SCHEMA,
        postgresql_where=sa.text("objekt_key IS NOT NULL"),
    )
    op.create_table(
        "antrag_dokument",
        _key("mandant"),
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("dokument_id", sa.Uuid(), nullable=False),
        _moment("indexiert_am", nullable=False),
        sa.PrimaryKeyConstraint("mandant", "antrag_id", "dokument_id", name=op.f("pk_antrag_dokument")),
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
