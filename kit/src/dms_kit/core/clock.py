"""The time, as something that can be given."""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


class Clock(Protocol):
    """Tells the time; tests give their own."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC, to the microsecond."""
        return datetime.now(UTC)


def year_in_berlin(moment: datetime) -> int:
    """Return the calendar year of an aware moment as an office in Germany counts it."""
    return moment.astimezone(BERLIN).year
