"""Byte ranges of RFC 9110, section 14: one range is served as asked, several as the one that spans them."""

import re

_RANGES = re.compile(r"bytes[ \t]*=[ \t]*(.+)", re.IGNORECASE)
_RANGE = re.compile(r"(\d{0,18})-(\d{0,18})")
_MOST_RANGES = 16


class UnsatisfiableRangeError(Exception):
    """Raised when no byte of any asked range exists: the answer is 416."""


def span_of(header: str | None, size: int) -> tuple[int, int] | None:
    """
    Return (start, length) of what a Range header asks for; None when there is none or it is malformed.

    Several ranges become the span from the first to the last asked byte, which a server may send instead.
    """
    asked = _RANGES.fullmatch(header.strip()) if header is not None else None
    if asked is None:
        return None
    matches = [_RANGE.fullmatch(part.strip()) for part in asked[1].split(",")]
    if len(matches) > _MOST_RANGES:
        return None
    spans = []
    for match in matches:
        if match is None or match[0] == "-" or (match[1] and match[2] and int(match[2]) < int(match[1])):
            return None
        spans.append(_span(match[1], match[2], size))
    existing = [span for span in spans if span is not None]
    if not existing:
        raise UnsatisfiableRangeError
    start = min(first for first, _ in existing)
    return start, max(last for _, last in existing) - start + 1


def _span(first: str, last: str, size: int) -> tuple[int, int] | None:
    if not first:
        wanted = min(int(last), size)
        return (size - wanted, size - 1) if wanted else None
    start = int(first)
    if start >= size:
        return None
    return start, min(int(last), size - 1) if last else size - 1
