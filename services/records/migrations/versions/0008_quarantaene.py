"""The objects that are not what was written: nothing of them is served."""

import sqlalchemy as sa
from alembic import op

from dms_kit.database import protect

revision = "0008"
down_revision = "0007"

_SCHEMA = "records"


def upgrade() -> None:
    op.create_table(
        "quarantaene",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("objekt_key", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("schaden", sa.Text(), nullable=False),
        sa.Column("gefunden_durch", sa.Text(), nullable=False),
        sa.Column("gefunden_am", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "objekt_key", name=op.f("pk_quarantaene")),
        schema=_SCHEMA,
    )
    op.create_index(
        op.f("ix_quarantaene_mandant_gefunden_am_objekt_key"),
        "quarantaene",
        ["mandant", "gefunden_am", "objekt_key"],
        schema=_SCHEMA,
    )
    protect(op, _SCHEMA, "quarantaene", app_role="dms_records")
