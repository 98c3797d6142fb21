"""The sealed Protokoll: entries say their transaction, and the sealer has its tables."""

from alembic import op

from dms_kit.audit.migration import create_seal_tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    create_seal_tables(op, "workflow", app_role="dms_workflow")
