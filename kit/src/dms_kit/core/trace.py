"""The thread through one request and all that follows from it: request id and W3C trace context."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def current_request_id() -> str | None:
    """Return the id of the request that is being answered, if one is."""
    return _request_id.get()


def current_traceparent() -> str | None:
    """Return the trace context to hand on with events, if there is one."""
    return _traceparent.get()


def next_traceparent(given: str | None) -> str:
    """Return a trace context for our own span: the given trace goes on, an absent or malformed one starts anew."""
    if given and _TRACEPARENT.fullmatch(given):
        trace, flags = given[3:35], given[53:55]
    else:
        trace, flags = os.urandom(16).hex(), "00"
    return f"00-{trace}-{os.urandom(8).hex()}-{flags}"


@contextmanager
def traced(traceparent: str | None, request_id: str | None = None) -> Iterator[str]:
    """Set trace context and request id for the block; yields the context handed on."""
    handed_on = next_traceparent(traceparent)
    tokens = _traceparent.set(handed_on), _request_id.set(request_id)
    try:
        yield handed_on
    finally:
        _traceparent.reset(tokens[0])
        _request_id.reset(tokens[1])
