"""JSON as RFC 8259 and I-JSON mean it: one meaning for each text, in linear time, checked for depth before parsing."""

import json
import math
import re
from itertools import accumulate
from typing import Any, NoReturn

from dms_kit.core.errors import MalformedRequestError
from dms_kit.core.text import is_storable

# Possessive, and the closing quote optional: every byte is looked at once even when a string never ends.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_DEPTH_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SUSPICIOUS_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def parse(data: bytes, *, max_depth: int = 100) -> Any:
    """
    Read one JSON text of UTF-8 bytes.

    Raises MalformedRequestError for broken JSON, duplicate keys, NaN and Infinity (also by overflow), NUL, lone
    surrogates and more than `max_depth` levels.
    """
    if _depth(data) > max_depth:
        raise MalformedRequestError(f"Das JSON ist tiefer als {max_depth} Ebenen geschachtelt.")
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=_unique_keys, parse_constant=_refuse_constant, parse_float=_finite_float
        )
    except (ValueError, RecursionError) as error:
        raise MalformedRequestError("Der Inhalt ist kein gültiges JSON.") from error
    if _SUSPICIOUS_ESCAPE.search(text) and not _all_storable(value):
        raise MalformedRequestError("Das JSON enthält NUL-Zeichen oder unvollständige Unicode-Zeichen.")
    return value


def _depth(data: bytes) -> int:
    brackets = _STRING.sub(b"", data).translate(_DEPTH_STEPS, delete=_NOT_BRACKETS)
    return max(accumulate(memoryview(brackets).cast("b")), default=0)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedRequestError("Ein JSON-Objekt enthält denselben Schlüssel mehrfach.")
    return result


def _refuse_constant(_constant: str) -> NoReturn:
    raise MalformedRequestError("NaN und Infinity sind kein gültiges JSON.")


def _finite_float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise MalformedRequestError("Eine Zahl ist zu groß.")
    return value


def _all_storable(value: Any) -> bool:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if not is_storable(item):
                return False
        elif isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return True
