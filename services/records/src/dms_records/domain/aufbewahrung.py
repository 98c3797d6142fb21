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
