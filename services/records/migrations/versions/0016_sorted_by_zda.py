"""Lists of Akten and Vorgänge by the day of zdA: a column that sorts what is open behind every day, and its index."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_SCHEMA = "records"


def upgrade() -> None:
    for table in ("akte", "vorgang"):
        computed = sa.Computed("COALESCE(zda_am, '9000-01-01'::date)", persisted=True)
        op.add_column(table, sa.Column("zda_sortierung", sa.Date(), computed), schema=_SCHEMA)
        columns = ["mandant", "zustaendigkeit_id", "zda_sortierung", "id"]
        op.create_index(f"ix_{table}_zda_am", table, columns, schema=_SCHEMA)
