"""The committed document is the one that the code makes."""

from pathlib import Path

from dms_records.__main__ import COMMANDS

COMMITTED = Path(__file__).parents[2] / "openapi.yaml"


async def test_the_committed_document_is_up_to_date():
    assert COMMITTED.read_text(encoding="utf-8") == await COMMANDS.openapi(), "run `make openapi`"
