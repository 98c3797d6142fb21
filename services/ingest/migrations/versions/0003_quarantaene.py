"""The objects that are not what was written: nothing of them is served."""

from alembic import op

from dms_kit.fixity.migration import create_quarantaene

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create_quarantaene(op, "ingest", app_role="dms_ingest")
