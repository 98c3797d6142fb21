"""Check-outs of Dokumente, and who wrote a version with which comment."""

import sqlalchemy as sa
from alembic import op

from dms_kit.database import protect

revision = "0006"
down_revision = "0005"

_SCHEMA = "records"
_APP_ROLE = "dms_records"


def upgrade() -> None:
    for name in ("kommentar", "erstellt_von", "erstellt_von_name"):
        op.add_column("dokumentversion", sa.Column(name, sa.Text()), schema=_SCHEMA)
    op.create_table(
        "bearbeitungssperre",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("dokument_id", sa.Uuid(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seit", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bis", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mandant", "dokument_id"],
            ["records.dokument.mandant", "records.dokument.id"],
            name=op.f("fk_bearbeitungssperre_mandant_dokument_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("mandant", "dokument_id", name=op.f("pk_bearbeitungssperre")),
        schema=_SCHEMA,
    )
    protect(op, _SCHEMA, "bearbeitungssperre", app_role=_APP_ROLE)
