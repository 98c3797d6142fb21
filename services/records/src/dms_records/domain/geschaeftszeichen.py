"""Numbers by which Schriftgut is known besides its own: those it had before, and those that others gave it."""

from dms_kit.core.text import sort_key


def suchform(zeichen: str) -> str:
    """Return the form in which a Geschäftszeichen is looked up: case, accents and spaces do not count."""
    return "".join(sort_key(zeichen).split())
