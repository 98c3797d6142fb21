"""The first tables of records: organisation, plan, files, what came in, messaging, audit trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from dms_kit.database import protect

revision = "0001"
down_revision = None

_SCHEMA = "records"
_APP_ROLE = "dms_records"
_APPEND_ONLY = ("audit_entry", "audit_value")
_TABLES = (
    "aktenzeichen_zaehler",
    "dead_letter",
    "dokumentversion_zugriff",
    "eingang",
    "idempotency_key",
    "inbox",
    "organisationseinheit",
    "outbox",
    "aktenplaneinheit",
    "eingang_anlage",
    "ablageregel",
    "zustaendigkeit",
    "akte",
    "vorgang",
    "dokument",
    "posteingang",
    "vorgang_aufgabe",
    "dokumentversion",
)


def upgrade() -> None:
    _create_aktenzeichen_zaehler()
    _create_audit_entry()
    _create_audit_value()
    _create_dead_letter()
    _create_dokumentversion_zugriff()
    _create_eingang()
    _create_idempotency_key()
    _create_inbox()
    _create_organisationseinheit()
    _create_outbox()
    _create_aktenplaneinheit()
    _create_eingang_anlage()
    _create_ablageregel()
    _create_zustaendigkeit()
    _create_akte()
    _create_vorgang()
    _create_dokument()
    _create_posteingang()
    _create_vorgang_aufgabe()
    _create_dokumentversion()
    for table in _TABLES:
        protect(op, _SCHEMA, table, app_role=_APP_ROLE)
    for table in _APPEND_ONLY:
        protect(op, _SCHEMA, table, app_role=_APP_ROLE, append_only=True)


def _create_aktenzeichen_zaehler() -> None:
    op.create_table(
        "aktenzeichen_zaehler",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("bereich_id", sa.Uuid(), nullable=False),
        sa.Column("jahr", sa.Integer(), nullable=False),
        sa.Column("wert", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "bereich_id", "jahr", name=op.f("pk_aktenzeichen_zaehler")),
        schema=_SCHEMA,
    )


def _create_audit_entry() -> None:
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


def _create_audit_value() -> None:
    op.create_table(
        "audit_value",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_value")),
        schema=_SCHEMA,
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
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("parks_key", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("retry_requested", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
        schema=_SCHEMA,
    )
    op.create_index(
        op.f("ix_dead_letter_topic_key_id"), "dead_letter", ["topic", "key", "id"], unique=False, schema=_SCHEMA
    )
    op.create_index("uq_dead_letter_ce_id", "dead_letter", ["mandant", "ce_id"], unique=True, schema=_SCHEMA)


def _create_dokumentversion_zugriff() -> None:
    op.create_table(
        "dokumentversion_zugriff",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("objekt_id", sa.Uuid(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("gelesen_am", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "objekt_id", "sub", name=op.f("pk_dokumentversion_zugriff")),
        schema=_SCHEMA,
    )
    op.create_index(
        op.f("ix_dokumentversion_zugriff_gelesen_am"),
        "dokumentversion_zugriff",
        ["gelesen_am"],
        unique=False,
        schema=_SCHEMA,
    )


def _create_eingang() -> None:
    op.create_table(
        "eingang",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("eingangsnummer", sa.Text(), nullable=False),
        sa.Column("eingegangen_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leistung_schluessel", sa.Text(), nullable=False),
        sa.Column("leistung_bezeichnung", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("betreff", sa.Text(), nullable=False),
        sa.Column("formulardaten", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("mandant", "antrag_id", name=op.f("pk_eingang")),
        schema=_SCHEMA,
    )


def _create_idempotency_key() -> None:
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


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("ce_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "ce_id", name=op.f("pk_inbox")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_inbox_created_at"), "inbox", ["created_at"], unique=False, schema=_SCHEMA)


def _create_organisationseinheit() -> None:
    op.create_table(
        "organisationseinheit",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("schluessel", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uebergeordnet_id", sa.Uuid(), nullable=True),
        sa.Column("gueltig_von", sa.Date(), nullable=False),
        sa.Column("gueltig_bis", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mandant", "uebergeordnet_id"],
            ["records.organisationseinheit.mandant", "records.organisationseinheit.id"],
            name=op.f("fk_organisationseinheit_mandant_uebergeordnet_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_organisationseinheit")),
        sa.UniqueConstraint("mandant", "schluessel", name=op.f("uq_organisationseinheit_mandant_schluessel")),
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
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
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


def _create_aktenplaneinheit() -> None:
    op.create_table(
        "aktenplaneinheit",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("schluessel", sa.Text(collation="C"), nullable=False),
        sa.Column("titel", sa.Text(), nullable=False),
        sa.Column("uebergeordnet_id", sa.Uuid(), nullable=True),
        sa.Column("gueltig_von", sa.Date(), nullable=False),
        sa.Column("gueltig_bis", sa.Date(), nullable=True),
        sa.Column("stillgelegt", sa.Boolean(), nullable=False),
        sa.Column("aussonderungsart", sa.Text(), nullable=True),
        sa.Column("aufbewahrungsdauer", sa.Integer(), nullable=True),
        sa.Column("unbefristet", sa.Boolean(), nullable=True),
        sa.Column("aktenbildung", sa.Text(), nullable=True),
        sa.Column("aktenzeichen_akte", sa.Text(), nullable=True),
        sa.Column("aktenzeichen_vorgang", sa.Text(), nullable=True),
        sa.Column("aktenzeichen_dokument", sa.Text(), nullable=True),
        sa.Column("organisationseinheit_id", sa.Uuid(), nullable=True),
        sa.Column("rang", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("aktenbildung IN ('fallakte', 'sammelakte')", name=op.f("ck_aktenplaneinheit_aktenbildung")),
        sa.CheckConstraint("aussonderungsart IN ('A', 'B', 'V')", name=op.f("ck_aktenplaneinheit_aussonderungsart")),
        sa.ForeignKeyConstraint(
            ["mandant", "organisationseinheit_id"],
            ["records.organisationseinheit.mandant", "records.organisationseinheit.id"],
            name=op.f("fk_aktenplaneinheit_mandant_organisationseinheit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["mandant", "uebergeordnet_id"],
            ["records.aktenplaneinheit.mandant", "records.aktenplaneinheit.id"],
            name=op.f("fk_aktenplaneinheit_mandant_uebergeordnet_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_aktenplaneinheit")),
        sa.UniqueConstraint("mandant", "schluessel", name=op.f("uq_aktenplaneinheit_mandant_schluessel")),
        schema=_SCHEMA,
    )


def _create_eingang_anlage() -> None:
    op.create_table(
        "eingang_anlage",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("art", sa.Text(), nullable=False),
        sa.Column("dateiname", sa.Text(), nullable=False),
        sa.Column("mime_type", sa.Text(), nullable=False),
        sa.Column("groesse", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sha512", sa.Text(), nullable=False),
        sa.Column("blocks", sa.LargeBinary(), nullable=False),
        sa.Column("objekt_key", sa.Text(), nullable=False),
        sa.Column("pruefstatus", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mandant", "antrag_id"],
            ["records.eingang.mandant", "records.eingang.antrag_id"],
            name=op.f("fk_eingang_anlage_mandant_antrag_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_eingang_anlage")),
        sa.UniqueConstraint(
            "mandant", "antrag_id", "position", name=op.f("uq_eingang_anlage_mandant_antrag_id_position")
        ),
        sa.UniqueConstraint("mandant", "objekt_key", name=op.f("uq_eingang_anlage_mandant_objekt_key")),
        schema=_SCHEMA,
    )


def _create_ablageregel() -> None:
    op.create_table(
        "ablageregel",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("leistung", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("aktenplaneinheit_id", sa.Uuid(), nullable=False),
        sa.Column("organisationseinheit_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mandant", "aktenplaneinheit_id"],
            ["records.aktenplaneinheit.mandant", "records.aktenplaneinheit.id"],
            name=op.f("fk_ablageregel_mandant_aktenplaneinheit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["mandant", "organisationseinheit_id"],
            ["records.organisationseinheit.mandant", "records.organisationseinheit.id"],
            name=op.f("fk_ablageregel_mandant_organisationseinheit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_ablageregel")),
        sa.UniqueConstraint("mandant", "leistung", "region", name=op.f("uq_ablageregel_mandant_leistung_region")),
        schema=_SCHEMA,
    )


def _create_zustaendigkeit() -> None:
    op.create_table(
        "zustaendigkeit",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("aktenplaneinheit_id", sa.Uuid(), nullable=False),
        sa.Column("organisationseinheit_id", sa.Uuid(), nullable=False),
        sa.Column("gueltig_von", sa.Date(), nullable=False),
        sa.Column("gueltig_bis", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mandant", "aktenplaneinheit_id"],
            ["records.aktenplaneinheit.mandant", "records.aktenplaneinheit.id"],
            name=op.f("fk_zustaendigkeit_mandant_aktenplaneinheit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["mandant", "organisationseinheit_id"],
            ["records.organisationseinheit.mandant", "records.organisationseinheit.id"],
            name=op.f("fk_zustaendigkeit_mandant_organisationseinheit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_zustaendigkeit")),
        schema=_SCHEMA,
    )
    op.create_index(
        "uq_zustaendigkeit_offen",
        "zustaendigkeit",
        ["mandant", "aktenplaneinheit_id", "organisationseinheit_id"],
        unique=True,
        schema=_SCHEMA,
        postgresql_where=sa.text("gueltig_bis IS NULL"),
    )


def _create_akte() -> None:
    op.create_table(
        "akte",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("aktenzeichen", sa.Text(collation="C"), nullable=False),
        sa.Column("titel", sa.Text(), nullable=False),
        sa.Column("titel_sortierung", sa.Text(collation="C"), nullable=False),
        sa.Column("art", sa.Text(), nullable=False),
        sa.Column("jahr", sa.Integer(), nullable=True),
        sa.Column("aktenplaneinheit_id", sa.Uuid(), nullable=False),
        sa.Column("zustaendigkeit_id", sa.Uuid(), nullable=False),
        sa.Column("rang", sa.SmallInteger(), nullable=False),
        sa.Column("abgeschirmt", sa.Boolean(), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("art IN ('fallakte', 'sammelakte')", name=op.f("ck_akte_art")),
        sa.ForeignKeyConstraint(
            ["mandant", "aktenplaneinheit_id"],
            ["records.aktenplaneinheit.mandant", "records.aktenplaneinheit.id"],
            name=op.f("fk_akte_mandant_aktenplaneinheit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["mandant", "zustaendigkeit_id"],
            ["records.zustaendigkeit.mandant", "records.zustaendigkeit.id"],
            name=op.f("fk_akte_mandant_zustaendigkeit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_akte")),
        sa.UniqueConstraint("mandant", "aktenzeichen", name=op.f("uq_akte_mandant_aktenzeichen")),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_akte_aktenplaneinheit",
        "akte",
        ["mandant", "aktenplaneinheit_id", "erstellt_am", "id"],
        unique=False,
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_akte_aktenzeichen",
        "akte",
        ["mandant", "zustaendigkeit_id", "aktenzeichen", "id"],
        unique=False,
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_akte_erstellt_am",
        "akte",
        ["mandant", "zustaendigkeit_id", "erstellt_am", "id"],
        unique=False,
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_akte_titel",
        "akte",
        ["mandant", "zustaendigkeit_id", "titel_sortierung", "id"],
        unique=False,
        schema=_SCHEMA,
    )
    op.create_index(
        "uq_akte_sammelakte",
        "akte",
        ["mandant", "aktenplaneinheit_id", "zustaendigkeit_id", "jahr"],
        unique=True,
        schema=_SCHEMA,
        postgresql_where=sa.text("jahr IS NOT NULL"),
    )


def _create_vorgang() -> None:
    op.create_table(
        "vorgang",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("akte_id", sa.Uuid(), nullable=False),
        sa.Column("aktenzeichen", sa.Text(collation="C"), nullable=False),
        sa.Column("betreff", sa.Text(), nullable=False),
        sa.Column("betreff_sortierung", sa.Text(collation="C"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=True),
        sa.Column("zustaendigkeit_id", sa.Uuid(), nullable=False),
        sa.Column("rang", sa.SmallInteger(), nullable=False),
        sa.Column("abgeschirmt", sa.Boolean(), nullable=False),
        sa.Column("anzahl_dokumente", sa.Integer(), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('offen', 'in_bearbeitung', 'zda')", name=op.f("ck_vorgang_status")),
        sa.ForeignKeyConstraint(
            ["mandant", "akte_id"],
            ["records.akte.mandant", "records.akte.id"],
            name=op.f("fk_vorgang_mandant_akte_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["mandant", "antrag_id"],
            ["records.eingang.mandant", "records.eingang.antrag_id"],
            name=op.f("fk_vorgang_mandant_antrag_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["mandant", "zustaendigkeit_id"],
            ["records.zustaendigkeit.mandant", "records.zustaendigkeit.id"],
            name=op.f("fk_vorgang_mandant_zustaendigkeit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_vorgang")),
        sa.UniqueConstraint("mandant", "aktenzeichen", name=op.f("uq_vorgang_mandant_aktenzeichen")),
        sa.UniqueConstraint("mandant", "antrag_id", name=op.f("uq_vorgang_mandant_antrag_id")),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_vorgang_akte", "vorgang", ["mandant", "akte_id", "erstellt_am", "id"], unique=False, schema=_SCHEMA
    )
    op.create_index(
        "ix_vorgang_aktenzeichen",
        "vorgang",
        ["mandant", "zustaendigkeit_id", "aktenzeichen", "id"],
        unique=False,
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_vorgang_betreff",
        "vorgang",
        ["mandant", "zustaendigkeit_id", "betreff_sortierung", "id"],
        unique=False,
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_vorgang_erstellt_am",
        "vorgang",
        ["mandant", "zustaendigkeit_id", "erstellt_am", "id"],
        unique=False,
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_vorgang_status",
        "vorgang",
        ["mandant", "zustaendigkeit_id", "status", "erstellt_am", "id"],
        unique=False,
        schema=_SCHEMA,
    )


def _create_dokument() -> None:
    op.create_table(
        "dokument",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("vorgang_id", sa.Uuid(), nullable=False),
        sa.Column("akte_id", sa.Uuid(), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=True),
        sa.Column("aktenzeichen", sa.Text(collation="C"), nullable=False),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("titel", sa.Text(), nullable=False),
        sa.Column("titel_sortierung", sa.Text(collation="C"), nullable=False),
        sa.Column("art", sa.Text(), nullable=False),
        sa.Column("zustaendigkeit_id", sa.Uuid(), nullable=False),
        sa.Column("rang", sa.SmallInteger(), nullable=False),
        sa.Column("abgeschirmt", sa.Boolean(), nullable=False),
        sa.Column("aktuelle_version", sa.Integer(), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mandant", "akte_id"],
            ["records.akte.mandant", "records.akte.id"],
            name=op.f("fk_dokument_mandant_akte_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["mandant", "vorgang_id"],
            ["records.vorgang.mandant", "records.vorgang.id"],
            name=op.f("fk_dokument_mandant_vorgang_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["mandant", "zustaendigkeit_id"],
            ["records.zustaendigkeit.mandant", "records.zustaendigkeit.id"],
            name=op.f("fk_dokument_mandant_zustaendigkeit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_dokument")),
        sa.UniqueConstraint("mandant", "aktenzeichen", name=op.f("uq_dokument_mandant_aktenzeichen")),
        sa.UniqueConstraint("mandant", "vorgang_id", "nummer", name=op.f("uq_dokument_mandant_vorgang_id_nummer")),
        schema=_SCHEMA,
    )


def _create_posteingang() -> None:
    op.create_table(
        "posteingang",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("grund", sa.Text(), nullable=False),
        sa.Column("eingegangen_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("betreff", sa.Text(), nullable=False),
        sa.Column("betreff_sortierung", sa.Text(collation="C"), nullable=False),
        sa.Column("vorgang_id", sa.Uuid(), nullable=True),
        sa.Column("abgelegt_am", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["mandant", "antrag_id"],
            ["records.eingang.mandant", "records.eingang.antrag_id"],
            name=op.f("fk_posteingang_mandant_antrag_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["mandant", "vorgang_id"],
            ["records.vorgang.mandant", "records.vorgang.id"],
            name=op.f("fk_posteingang_mandant_vorgang_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_posteingang")),
        sa.UniqueConstraint("mandant", "antrag_id", name=op.f("uq_posteingang_mandant_antrag_id")),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_posteingang_betreff",
        "posteingang",
        ["mandant", "betreff_sortierung", "id"],
        unique=False,
        schema=_SCHEMA,
        postgresql_where=sa.text("vorgang_id IS NULL"),
    )
    op.create_index(
        "ix_posteingang_eingegangen_am",
        "posteingang",
        ["mandant", "eingegangen_am", "id"],
        unique=False,
        schema=_SCHEMA,
        postgresql_where=sa.text("vorgang_id IS NULL"),
    )


def _create_vorgang_aufgabe() -> None:
    op.create_table(
        "vorgang_aufgabe",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vorgang_id", sa.Uuid(), nullable=False),
        sa.Column("aufgabe_version", sa.BigInteger(), nullable=False),
        sa.Column("uebernommen", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mandant", "vorgang_id"],
            ["records.vorgang.mandant", "records.vorgang.id"],
            name=op.f("fk_vorgang_aufgabe_mandant_vorgang_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_vorgang_aufgabe")),
        schema=_SCHEMA,
    )
    op.create_index(
        op.f("ix_vorgang_aufgabe_mandant_vorgang_id"),
        "vorgang_aufgabe",
        ["mandant", "vorgang_id"],
        unique=False,
        schema=_SCHEMA,
    )


def _create_dokumentversion() -> None:
    op.create_table(
        "dokumentversion",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dokument_id", sa.Uuid(), nullable=False),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("dateiname", sa.Text(), nullable=False),
        sa.Column("mime_type", sa.Text(), nullable=False),
        sa.Column("groesse", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sha512", sa.Text(), nullable=False),
        sa.Column("blocks", sa.LargeBinary(), nullable=False),
        sa.Column("objekt_key", sa.Text(), nullable=False),
        sa.Column("pruefstatus", sa.Text(), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "pruefstatus IN ('nicht_geprueft', 'sauber', 'befallen')", name=op.f("ck_dokumentversion_pruefstatus")
        ),
        sa.ForeignKeyConstraint(
            ["mandant", "dokument_id"],
            ["records.dokument.mandant", "records.dokument.id"],
            name=op.f("fk_dokumentversion_mandant_dokument_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_dokumentversion")),
        sa.UniqueConstraint(
            "mandant", "dokument_id", "nummer", name=op.f("uq_dokumentversion_mandant_dokument_id_nummer")
        ),
        sa.UniqueConstraint("mandant", "objekt_key", name=op.f("uq_dokumentversion_mandant_objekt_key")),
        schema=_SCHEMA,
    )
