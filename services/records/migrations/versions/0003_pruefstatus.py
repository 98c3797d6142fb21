"""What the virus scan said of a file, when, and which files wait for it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SCHEMA = "records"


def upgrade() -> None:
    for table in ("dokumentversion", "eingang_anlage"):
        op.add_column(table, sa.Column("befund", sa.Text()), schema=_SCHEMA)
        op.add_column(table, sa.Column("geprueft_am", sa.DateTime(timezone=True)), schema=_SCHEMA)
        op.create_index(
            f"ix_{table}_ungeprueft",
            table,
            ["id"],
            schema=_SCHEMA,
            postgresql_where=sa.text("pruefstatus = 'nicht_geprueft' AND befund IS NULL"),
        )
        op.create_index(
            f"ix_{table}_befund",
            table,
            ["mandant", "geprueft_am", "id"],
            schema=_SCHEMA,
            postgresql_where=sa.text("befund IS NOT NULL"),
        )
