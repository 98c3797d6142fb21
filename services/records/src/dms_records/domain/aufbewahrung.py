"""How long an Akte is kept."""

from datetime import date

_LAST_YEAR = date.max.year


def aufzubewahren_bis(zda_am: date | None, jahre: int | None) -> date | None:
    """
    Return the last day on which an Akte is kept; None while it is not zdA, and for what is kept without end.

    Rule of the trade: the years count from the end of the year in which it was closed.
    """
    if zda_am is None or jahre is None:
        return None
    return date(min(zda_am.year + jahre, _LAST_YEAR), 12, 31)


def zda_between(jahre: int, ab: date | None, bis: date | None) -> tuple[date, date]:
    """
    Return the first and the last day of zdA after which the period ends within these days; None is no limit.

    With the rule above, for a period of this many years; the first lies behind the last when there is no such day.
    """
    first, last = date.min, date.max
    if ab is not None:
        first = date(max(ab.year - jahre, date.min.year), 1, 1)
    if bis is not None and bis != date.max:
        # What ends in a year ends on its last day.
        year = bis.year - jahre - (0 if bis == date(bis.year, 12, 31) else 1)
        if year < date.min.year:
            return date.max, date.min
        last = date(year, 12, 31)
    return first, last
