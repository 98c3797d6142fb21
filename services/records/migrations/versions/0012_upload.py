"""Files that arrive in parts."""

import sqlalchemy as sa
from alembic import op

from dms_kit.database import protect

revision = "0012"
down_revision = "0011"

_SCHEMA = "records"
_APP_ROLE = "dms_records"
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_upload()
    _create_upload_teil()
    for table in ("upload", "upload_teil"):
        protect(op, _SCHEMA, table, app_role=_APP_ROLE)


def _create_upload() -> None:
    op.create_table(
        "upload",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("dateiname", sa.Text(), nullable=False),
        sa.Column("groesse", sa.BigInteger(), nullable=False),
        sa.Column("erwartet_sha256", sa.Text()),
        sa.Column("angekommen", sa.BigInteger(), nullable=False),
        sa.Column("erstellt_am", _MOMENT, nullable=False),
        sa.Column("ablauf_am", _MOMENT, nullable=False),
        sa.Column("mime_type", sa.Text()),
        sa.Column("sha256", sa.Text()),
        sa.Column("sha512", sa.Text()),
        sa.Column("blocks", sa.LargeBinary()),
        sa.Column("objekt_key", sa.Text()),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_upload")),
        sa.UniqueConstraint("mandant", "objekt_key", name=op.f("uq_upload_mandant_objekt_key")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_upload_mandant_ablauf_am"), "upload", ["mandant", "ablauf_am"], schema=_SCHEMA)


def _create_upload_teil() -> None:
    op.create_table(
        "upload_teil",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("groesse", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sha512", sa.Text(), nullable=False),
        sa.Column("blocks", sa.LargeBinary(), nullable=False),
        sa.Column("objekt_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mandant", "upload_id"],
            ["records.upload.mandant", "records.upload.id"],
            name=op.f("fk_upload_teil_mandant_upload_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "upload_id", "start", name=op.f("pk_upload_teil")),
        sa.UniqueConstraint("mandant", "objekt_key", name=op.f("uq_upload_teil_mandant_objekt_key")),
        schema=_SCHEMA,
    )
