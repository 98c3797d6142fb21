"""German hyphenation patterns as the XML file that OpenSearch's hyphenation_decompounder reads."""

import random
import re
from pathlib import Path
from xml.sax.saxutils import escape

# Above about 15,000 patterns the server's tree overflows, and a request is never answered.
_MOST = 15_000
_PATTERN = re.compile(r"^\.?(?:[1-9]?[a-zäöüßáàâéèêëíîïñóôçå])+[1-9]?\.?$")
_LETTERS = "abcdefghijklmnopqrstuvwxyzäöüáàâéèêëíîïñóôçå"
# The file has two levels: first whole compounds, then, below this mark, the patterns proper.
_MARK = "\nNEXTLEVEL\n"


def hyphenation_xml(dictionary: Path) -> str:
    """Return the patterns of a hyphenation dictionary; without `classes` the filter would silently split nothing."""
    text = dictionary.read_text(encoding="iso-8859-1").partition(_MARK)[2]
    patterns = sorted({line for line in text.splitlines() if _PATTERN.match(line)})
    if not 1000 < len(patterns) < _MOST:
        raise ValueError(f"{len(patterns)} patterns")
    # In order, they would make a tree that is a list.
    random.Random(1).shuffle(patterns)  # noqa: S311 - the same each time
    classes = "\n".join([*(letter + letter.upper() for letter in _LETTERS), "ß"])
    body = escape("\n".join(patterns))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE hyphenation-info SYSTEM "hyphenation.dtd">\n'
        '<hyphenation-info>\n<hyphen-char value="-"/>\n<hyphen-min before="2" after="2"/>\n'
        f"<classes>\n{classes}\n</classes>\n<patterns>\n{body}\n</patterns>\n</hyphenation-info>\n"
    )
