"""The runs that read the objects again: how far each is."""

import sqlalchemy as sa
from alembic import op

from dms_kit.database import protect

revision = "0009"
down_revision = "0008"

_SCHEMA = "records"


def upgrade() -> None:
    op.create_table(
        "prueflauf",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("art", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("anteil", sa.Float(), nullable=False),
        sa.Column("begonnen_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stand_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beendet_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("erwartet", sa.BigInteger(), nullable=False),
        sa.Column("anzahl", sa.BigInteger(), nullable=False),
        sa.Column("geprueft", sa.BigInteger(), nullable=False),
        sa.Column("groesse", sa.BigInteger(), nullable=False),
        sa.Column("schaeden", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_prueflauf")),
        schema=_SCHEMA,
    )
    op.create_index(
        "uq_prueflauf_offen",
        "prueflauf",
        ["mandant", "art"],
        unique=True,
        schema=_SCHEMA,
        postgresql_where=sa.text("status = 'laeuft'"),
    )
    columns = ["mandant", "begonnen_am", "id"]
    op.create_index(op.f("ix_prueflauf_mandant_begonnen_am_id"), "prueflauf", columns, schema=_SCHEMA)
    protect(op, _SCHEMA, "prueflauf", app_role="dms_records")
