"""The reading version of the part `antrag`: plain German text, numbers as they were sent."""

import json
from collections.abc import Iterator
from typing import Any

from dms_records.use_cases.lesefassung_labels import ARTEN, LABELS

_INDENT = "  "
_WORDS = {True: "ja", False: "nein", None: "–"}


class _Number(str):
    """A number as the text it was sent as: 12.50 stays 12.50."""

    __slots__ = ()


def render_lesefassung(antrag: bytes) -> str:
    """Return the text; unknown fields keep their own names and their place."""
    value = json.loads(antrag.decode("utf-8-sig"), parse_float=_Number, parse_int=_Number)
    lines = ["Antrag", "======", *_lines(value, depth=0, is_form=False)]
    return "\n".join(lines) + "\n"


def _lines(value: Any, *, depth: int, is_form: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            label = str(name if is_form else LABELS.get(name, name))
            shown = ARTEN.get(member, member) if name == "art" and isinstance(member, str) and not is_form else member
            yield from _entry(_one_line(label), shown, depth=depth, is_form=is_form or name == "formulardaten")
    elif isinstance(value, list):
        for number, member in enumerate(value, start=1):
            yield from _entry(f"{number}.", member, depth=depth, is_form=is_form)
    else:
        yield _INDENT * depth + _text(value)


def _entry(label: str, value: Any, *, depth: int, is_form: bool) -> Iterator[str]:
    margin = _INDENT * depth
    separator = "" if label.endswith(".") else ":"
    if isinstance(value, dict | list) and value:
        yield f"{margin}{label}{separator}"
        yield from _lines(value, depth=depth + 1, is_form=is_form)
        return
    first, *rest = _text(value).splitlines() or [""]
    yield f"{margin}{label}{separator} {first}".rstrip()
    for line in rest:
        yield f"{margin}{_INDENT}{line}"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool) or value is None:
        return _WORDS[value]
    return "–"


def _one_line(label: str) -> str:
    return " ".join(label.split()) or "(ohne Namen)"
