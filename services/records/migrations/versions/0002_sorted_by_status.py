"""The Vorgänge of one state in the order of their Betreff or Aktenzeichen: walked, not sorted or filtered."""

from alembic import op

revision = "0002"
down_revision = "0001"

_SCHEMA = "records"


def upgrade() -> None:
    for name, column in (("betreff", "betreff_sortierung"), ("aktenzeichen", "aktenzeichen")):
        columns = ["mandant", "zustaendigkeit_id", "status", column, "id"]
        op.create_index(f"ix_vorgang_status_{name}", "vorgang", columns, schema=_SCHEMA)
