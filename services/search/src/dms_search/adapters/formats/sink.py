"""Where the readers of formats put their text, under limits of size and time."""

import re
import time

from dms_search.domain.volltext import VolltextGrund

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd-\uffff\ud800-\udfff]+")
_BLANKS = re.compile(r"[^\S\n]+")
# Base64 and the like: nobody searches for it.
_ENDLESS_WORD = re.compile(r"\S{300,}")
_LINES = re.compile(r"\s*\n\s*")


class UnreadableError(Exception):
    """Raised by a reader that finds a reason why a file has no text; the file is indexed by its metadata."""

    def __init__(self, grund: VolltextGrund) -> None:
        super().__init__(grund.name)
        self.grund = grund


class LimitReachedError(Exception):
    """Raised by the sink when it is full or the time is over; what was collected so far is the result."""


class TextSink:
    """Collects text up to `limit` characters and until `seconds` have passed."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._room = limit
        self._until = time.monotonic() + seconds
        self._parts: list[str] = []

    def add(self, text: str) -> None:
        """Take a piece of text; raises LimitReachedError when there is no more room or time."""
        part = text[: self._room]
        self._parts.append(part)
        self._room -= len(part)
        if self._room <= 0 or time.monotonic() > self._until:
            raise LimitReachedError

    def text(self) -> str:
        """Return all of it without control characters and with single blanks and line ends."""
        raw = "".join(self._parts).replace("\r\n", "\n").replace("\r", "\n")
        return _LINES.sub("\n", _BLANKS.sub(" ", _ENDLESS_WORD.sub("", _CONTROL.sub("", raw)))).strip()
