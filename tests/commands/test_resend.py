"""A bus that lost its messages gets them again from the outbox of each service."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from dms_standalone.provision import SERVICES

FACT = """
INSERT INTO {schema}.outbox (aggregatetype, aggregateid, type, payload, mandant, topic, headers, sent_at)
VALUES ('vorgang', $1, 'dms.records.v1.VorgangCreated', ''::bytea, 'dueren', 'dms.records.vorgang.v1', '{{}}', $2)
"""
SENT = datetime(2026, 11, 25, tzinfo=UTC)
UNSENT = "SELECT aggregateid FROM {schema}.outbox WHERE sent_at IS NULL ORDER BY id"


def rows(line, statement, *values):
    async def run():
        connection = await asyncpg.connect(line.urls.system.replace("+asyncpg", ""))
        try:
            if values:
                await connection.executemany(statement.format(schema=line.service), values)
                return []
            return await connection.fetch(statement.format(schema=line.service))
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.mark.parametrize("service", SERVICES)
def test_everything_that_was_sent_waits_to_be_sent_again_in_its_order(command_line, service):
    line = command_line(service)
    rows(line, FACT, ("eins", SENT), ("zwei", SENT), ("drei", None))
    said = line("resend")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == "Ereignisse, die erneut gesendet werden: 2\n"
    assert [row["aggregateid"] for row in rows(line, UNSENT)] == ["eins", "zwei", "drei"]
