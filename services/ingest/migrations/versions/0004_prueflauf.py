"""The runs that read the objects again: how far each is."""

from alembic import op

from dms_kit.fixity.migration import create_prueflauf

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create_prueflauf(op, "ingest", app_role="dms_ingest")
