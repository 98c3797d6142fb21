"""Where a created resource lies."""

import pytest

from dms_kit.web.idempotency import location_of

PARENT = "019ac1a2-5f00-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("path", "collection"),
    [
        ("/api/v1/dinge", "/api/v1/dinge"),
        ("/api/v1/dinge/", "/api/v1/dinge"),
        ("/api/v1/betrieb/reindex", "/api/v1/betrieb/reindex"),
        (f"/api/v1/kisten/{PARENT}/dinge", "/api/v1/dinge"),
    ],
)
def test_what_is_posted_to_a_parent_lies_in_its_own_collection(path, collection):
    assert location_of(path) == collection
