"""The committed document is what the code says."""

from pathlib import Path

from dms_ingest.__main__ import COMMANDS

COMMITTED = Path(__file__).parents[2] / "openapi.yaml"


async def test_document_is_committed():
    assert COMMITTED.read_text(encoding="utf-8") == await COMMANDS.openapi(), (
        "write it anew: python -m dms_ingest openapi > services/ingest/openapi.yaml"
    )
