"""What may be asked of the messages that could not be applied."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DeadLetterFilter:
    """Which dead letters are asked for; None filters nothing, `descending` is the newest first."""

    topic: str | None = None
    key: str | None = None
    type: str | None = None
    retry_requested: bool | None = None
    descending: bool = False


ALL_DEAD_LETTERS = DeadLetterFilter()
