"""Texts in the order in which people expect them, as keys whose bytes sort: a collation would be the server's own."""

from typing import Any

from sqlalchemy import ColumnElement, func, literal_column

# Shorter numbers are filled up with zeros, longer ones come behind them and are filled up too.
_SHORT, _LONG = 6, 20


def folded(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a text as `sort_key` does, for tables that are too small for a column of it."""
    decomposed = func.normalize(func.replace(text, "ß", "ss"), literal_column("NFKD"))
    # Only then in lower case: by then all letters are ASCII that have a small one in every locale.
    return func.lower(func.regexp_replace(decomposed, "[\u0300-\u036f]", "", "g").collate("C"))


def natural(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the key by which 32.9 comes before 32.10, and ö where o does; of an Aktenzeichen it is a column."""
    filled = _replaced(folded(text), "([0-9]+)", "0" * (_SHORT - 1) + r"\1")
    short = _replaced(filled, f"0*([0-9]{{{_SHORT},}})", r"\1")
    long = _replaced(short, f"([0-9]{{{_SHORT + 1},}})", ";" + "0" * (_LONG - _SHORT - 1) + r"\1")
    return _replaced(long, f";0*([0-9]{{{_LONG},}})", r";\1").collate("C")


def _replaced(text: ColumnElement[Any], pattern: str, by: str) -> ColumnElement[Any]:
    return func.regexp_replace(text, pattern, by, "g")
