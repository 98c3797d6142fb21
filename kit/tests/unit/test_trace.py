"""A trace goes on through our spans and never takes over a malformed one."""

import pytest

from dms_kit.core.trace import current_request_id, current_traceparent, next_traceparent, traced

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_given_trace_goes_on_with_a_span_of_our_own() -> None:
    ours = next_traceparent(GIVEN)
    assert ours[3:35] == GIVEN[3:35]
    assert ours[36:52] != GIVEN[36:52]
    assert ours.endswith("-01")


@pytest.mark.parametrize("given", [None, "", "x" * 55, GIVEN.upper(), "00-" + "0" * 32 + "-b7ad6b7169203331-01"])
def test_a_malformed_trace_starts_anew(given: str | None) -> None:
    ours = next_traceparent(given)
    assert len(ours) == 55
    assert ours[3:35] != "0" * 32
    assert ours[3:35] != GIVEN[3:35].upper()


def test_the_context_ends_with_the_block() -> None:
    with traced(GIVEN, "request") as handed_on:
        assert current_traceparent() == handed_on
        assert current_request_id() == "request"
    assert current_traceparent() is None
    assert current_request_id() is None
