import pytest

from dms_kit.core.errors import PreconditionFailedError, PreconditionRequiredError
from dms_kit.web.conditional import check_if_match, etag_of, matches_none


@pytest.mark.parametrize("given", ['"3"', "*", ' "3" ', '"1", "3"', '"1","3"'])
def test_current_etag_passes(given: str):
    check_if_match(given, etag_of(3))


@pytest.mark.parametrize("given", ['"2"', "3", 'W/"3"', "", '"*"', '"33"'])
def test_any_other_etag_fails(given: str):
    with pytest.raises(PreconditionFailedError):
        check_if_match(given, etag_of(3))


def test_absent_header_is_required():
    with pytest.raises(PreconditionRequiredError):
        check_if_match(None, etag_of(3))


@pytest.mark.parametrize(
    ("given", "expected"),
    [(None, False), ("*", True), ('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("a", False)],
)
def test_known_content_matches_weakly(given: str | None, expected: bool):
    assert matches_none(given, '"a"') is expected
