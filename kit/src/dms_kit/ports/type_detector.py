"""What a file is, told by its content."""

from typing import Protocol


class TypeDetector(Protocol):
    """Tells what a file is by its content alone."""

    def detect(self, head: bytes, tail: bytes) -> str:
        """
        Return the media type of a file of which `head` is the beginning and `tail` the end.

        Both hold the whole file when it is no longer than the detector's sample; unknown is
        `application/octet-stream`.
        """
        ...
