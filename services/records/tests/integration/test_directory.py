"""The directory of rights is read again when something in it has changed, and only then."""

import pytest

from dms_records.adapters.postgres.organisation import load_directory

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize(
    "schritt",
    [
        {"art": "create", "schluessel": "57", "name": "Amt für Bürger und Soziales", "uebergeordnet": "00"},
        {"art": "merge", "von": ["32"], "nach": "50"},
    ],
    ids=["new office", "other hands"],
)
async def test_directory_is_the_known_one_until_something_changes(client, container, schritt) -> None:
    known = await load_directory(container.engine, "dueren")
    assert await load_directory(container.engine, "dueren", known) is known
    body = {"grund": "Ratsbeschluss 2026/118", "schritte": [schritt]}
    answer = await client.request("POST", "reorganisationen", "aktenplan", json=body)
    assert answer.status_code == 201, answer.text
    changed = await load_directory(container.engine, "dueren", known)
    assert (changed.units, changed.responsibilities) != (known.units, known.responsibilities)
    assert await load_directory(container.engine, "dueren", changed) is changed
