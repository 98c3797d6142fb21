"""Suchanfrage: the words that somebody looks for, understood leniently."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dms_kit.core.errors import FieldError
from dms_kit.core.text import normalise
from dms_search.domain.errors import SucheOhneWorteError
from dms_search.domain.indexeintrag import IndexeintragTyp

MAX_ZEICHEN = 500
_PART = re.compile(r'(?P<sign>[+-]?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_OR = frozenset({"OR", "ODER", "|", "||"})
_AND = frozenset({"AND", "UND", "&", "&&", "+"})
_NOT = frozenset({"NOT", "NICHT", "-"})


@dataclass(frozen=True)
class Suchwort:
    """One word, or several in this order (a phrase); `ohne` excludes what holds it."""

    text: str
    ohne: bool = False


@dataclass(frozen=True, kw_only=True)
class Suchanfrage:
    """Alternatives (OR) of words that must all be there (AND), and a filter."""

    alternativen: tuple[tuple[Suchwort, ...], ...]
    typ: IndexeintragTyp | None = None
    federfuehrende_oe: str | None = None

    @classmethod
    def parse(
        cls, q: str, *, typ: IndexeintragTyp | None = None, federfuehrende_oe: str | None = None
    ) -> "Suchanfrage":
        """Understand any text; only one without anything to look for is refused (SucheOhneWorteError)."""
        alternativen = tuple(words for words in _alternatives(normalise(q)[:MAX_ZEICHEN]) if words)
        if not alternativen:
            raise SucheOhneWorteError(errors=[FieldError("/query/q", "Es fehlt ein Suchwort.")])
        return cls(alternativen=alternativen, typ=typ, federfuehrende_oe=federfuehrende_oe)


def _alternatives(q: str) -> Iterator[tuple[Suchwort, ...]]:
    words: list[Suchwort] = []
    negated = False
    for part in _PART.finditer(q):
        word, phrase = part["word"], part["phrase"]
        if word is not None and part[0] in _OR:
            yield tuple(words)
            words, negated = [], False
        elif word is not None and part[0] in _NOT:
            negated = True
        elif word is None or part[0] not in _AND:
            text = (word if word is not None else phrase).strip()
            if text:
                words.append(Suchwort(text, ohne=negated or part["sign"] == "-"))
            negated = False
    yield tuple(words)
