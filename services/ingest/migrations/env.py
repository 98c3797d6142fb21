"""Alembic's entry; everything is done by the kit."""

from dms_ingest.adapters.postgres.tables import metadata
from dms_kit.migrations import run_environment

run_environment(metadata)
