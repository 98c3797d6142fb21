"""Slices of JSON text, so that numbers stay as they were sent."""

import json
import re

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def raw_member(text: str, name: str) -> str | None:
    """Return the value of a member of a JSON object as the text it was written in; None when there is none."""
    position = _skip(text, 0)
    if text[position : position + 1] != "{":
        return None
    position = _skip(text, position + 1)
    while text[position : position + 1] == '"':
        key, position = _DECODER.raw_decode(text, position)
        position = _skip(text, position)
        start = _skip(text, position + 1)
        _, position = _DECODER.raw_decode(text, start)
        if key == name:
            return text[start:position]
        position = _skip(text, _skip(text, position) + 1)
    return None


def member_of(antrag: bytes, name: str) -> str | None:
    """Return a member of the part `antrag`; None for a part that is not readable JSON."""
    try:
        return raw_member(antrag.decode("utf-8-sig"), name)
    except (ValueError, RecursionError):
        return None


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position
