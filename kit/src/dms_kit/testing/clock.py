"""A clock that stands still until it is told to go on."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class ManualClock:
    """Implements `core.clock.Clock`."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the moment at which it stands."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Go on by some seconds (or back by a negative number)."""
        self._now += timedelta(seconds=seconds)
