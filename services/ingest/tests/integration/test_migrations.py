"""The migrations make exactly the tables of the code, and lock them as they should be."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dms_ingest.adapters.postgres.tables import metadata
from dms_kit.database import create_engine, set_mandant
from dms_kit.migrations import differences


async def test_code_and_schema_are_the_same(service_urls):
    assert await differences(service_urls("ingest").system, metadata) == []


async def test_every_table_is_under_row_level_security(service_urls):
    engine = create_engine(service_urls("ingest").system)
    try:
        async with engine.connect() as connection:
            found = await connection.execute(
                text(
                    "SELECT relname FROM pg_class WHERE relnamespace = 'ingest'::regnamespace AND relkind = 'r'"
                    " AND relname <> 'alembic_version' AND NOT (relrowsecurity AND relforcerowsecurity)"
                )
            )
            assert found.scalars().all() == []
    finally:
        await engine.dispose()


@pytest.mark.parametrize("statement", ["UPDATE ingest.audit_entry SET actor = 'x'", "DELETE FROM ingest.audit_entry"])
async def test_audit_entries_cannot_be_changed(service_urls, statement):
    engine = create_engine(service_urls("ingest").app)
    try:
        async with engine.begin() as connection:
            await set_mandant(connection, "dueren")
            with pytest.raises(DBAPIError, match="permission denied"):
                await connection.execute(text(statement))
    finally:
        await engine.dispose()


async def test_number_needs_a_mandant(service_urls):
    engine = create_engine(service_urls("ingest").app)
    try:
        async with engine.begin() as connection:
            with pytest.raises(DBAPIError, match="Mandant"):
                await connection.execute(text("SELECT ingest.next_eingangsnummer(2026)"))
    finally:
        await engine.dispose()
