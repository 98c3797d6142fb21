"""Alembic's entry; everything is done by the kit."""

from dms_kit.migrations import run_environment
from dms_search.adapters.postgres.tables import metadata

run_environment(metadata)
