"""Plain text and JSON."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from dms_search.adapters.formats.sink import TextSink

_MAX_TEXT_BYTES = 16 * 1024 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(file: BinaryIO, sink: TextSink) -> None:
    """Read the text as it stands, at most the first 16 MiB."""
    sink.add(decode(file.read(_MAX_TEXT_BYTES)))


def read_json(file: BinaryIO, sink: TextSink) -> None:
    """Read all values; the names of fields would make every form of a kind a hit."""
    text = decode(file.read(_MAX_TEXT_BYTES))
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        sink.add(text)
        return
    for scalar in _scalars(value):
        sink.add(f"{scalar}\n")


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode by byte order mark, declared charset, UTF-8, and at last Windows-1252, which takes everything."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    for candidate in (declared, "utf-8"):
        if candidate:
            try:
                return data.decode(candidate)
            except (LookupError, UnicodeDecodeError):
                continue
    return data.decode("utf-8" if _is_mostly_utf8(data) else "cp1252", errors="replace")


def _is_mostly_utf8(data: bytes) -> bool:
    # A cut at the limit may split the last character of a UTF-8 text.
    try:
        data[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _scalars(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            waiting.extend(reversed(current.values()))
        elif isinstance(current, list):
            waiting.extend(reversed(current))
        elif isinstance(current, str | int | float) and not isinstance(current, bool):
            yield str(current)
