"""Old and foreign numbers of Akten and Vorgänge, shown with them and looked up in a table of their own."""

import sqlalchemy as sa
from alembic import op

from dms_kit.database import protect

revision = "0014"
down_revision = "0013"

_SCHEMA = "records"


def upgrade() -> None:
    for table in ("akte", "vorgang"):
        for column in ("alte_geschaeftszeichen", "fremde_geschaeftszeichen"):
            array = sa.Column(column, sa.ARRAY(sa.Text()), nullable=False, server_default="{}")
            op.add_column(table, array, schema=_SCHEMA)
    op.create_table(
        "geschaeftszeichen",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("suche", sa.Text(collation="C"), nullable=False),
        sa.Column("objekt_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "suche", "objekt_id", name=op.f("pk_geschaeftszeichen")),
        schema=_SCHEMA,
    )
    op.create_index("ix_geschaeftszeichen_objekt", "geschaeftszeichen", ["mandant", "objekt_id"], schema=_SCHEMA)
    protect(op, _SCHEMA, "geschaeftszeichen", app_role="dms_records")
