"""The runs that read the objects again: how far each is."""

from alembic import op

from dms_kit.fixity.migration import create_prueflauf

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    create_prueflauf(op, "records", app_role="dms_records")
