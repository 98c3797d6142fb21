"""A Suchanfrage within a scope as a tantivy query, and the shown part of a hit."""

import html
from collections.abc import Collection
from uuid import UUID

import tantivy
from tantivy import Occur, Query

from dms_kit.access import compile_tantivy
from dms_kit.core.access import AccessScope
from dms_search.adapters.tantivy_schema import ANALYSED, analyser, schema
from dms_search.domain.suchanfrage import Suchanfrage, Suchwort

RIGHT = "schriftgut:read"
_BOOSTS = {"titel": 3.0, "aktenzeichen": 4.0, "dateiname": 2.0, "inhalt": 1.0}
_AUSSCHNITT_CHARACTERS = 200
_FIRST_LOOK_CHARACTERS = 10_000


def words_query(anfrage: Suchanfrage) -> Query:
    """Return the words alone, without rights and filters: what is scored and highlighted."""
    return _any_of([_all_of(words) for words in anfrage.alternativen])


def permitted_query(
    words: Query, anfrage: Suchanfrage, *, scope: AccessScope, zustaendigkeiten: Collection[UUID] | None
) -> Query:
    """Join the words with rights and filters, which do not count for the score."""
    filters = [compile_tantivy(scope, RIGHT, schema())]
    if anfrage.typ is not None:
        filters.append(Query.term_query(schema(), "typ", str(anfrage.typ)))
    if zustaendigkeiten is not None:
        filters.append(_one_of(zustaendigkeiten))
    silent = [(Occur.Must, Query.const_score_query(query, 0.0)) for query in filters]
    return Query.boolean_query([(Occur.Must, words), *silent])


def readable_query(scope: AccessScope, schluessel: Collection[str]) -> Query:
    """Return the rights alone, over the entries with these keys."""
    named = Query.term_set_query(schema(), "schluessel", list(schluessel))
    return Query.boolean_query([(Occur.Must, named), (Occur.Must, compile_tantivy(scope, RIGHT, schema()))])


class Highlighter:
    """Makes the `ausschnitt` of hits: escaped text with the found words in <em>."""

    def __init__(self, searcher: tantivy.Searcher, words: Query) -> None:
        self._inhalt = tantivy.SnippetGenerator.create(searcher, words, schema(), "inhalt")
        self._titel = tantivy.SnippetGenerator.create(searcher, words, schema(), "titel")
        for generator in (self._inhalt, self._titel):
            generator.set_max_num_chars(_AUSSCHNITT_CHARACTERS)

    def ausschnitt(self, auszug: str, titel: str) -> str:
        """Return the best place of the text, else of the title, else the beginning of the text."""
        return (
            _highlighted(self._inhalt, "inhalt", auszug[:_FIRST_LOOK_CHARACTERS])
            or _highlighted(self._inhalt, "inhalt", auszug[_FIRST_LOOK_CHARACTERS:])
            or _highlighted(self._titel, "titel", titel)
            or html.escape(auszug[:_AUSSCHNITT_CHARACTERS])
        )


def _all_of(words: tuple[Suchwort, ...]) -> Query:
    clauses = []
    for word in words:
        tokens = analyser().analyze(word.text)
        if tokens:
            clauses.append((Occur.MustNot if word.ohne else Occur.Must, _in_any_field(tokens)))
    if not clauses:
        return Query.empty_query()
    if all(occur is Occur.MustNot for occur, _ in clauses):
        clauses.append((Occur.Must, Query.all_query()))
    return Query.boolean_query(clauses)


def _in_any_field(tokens: list[str]) -> Query:
    return _any_of([Query.boost_query(_in_field(name, tokens), _BOOSTS[name]) for name in ANALYSED])


def _in_field(name: str, tokens: list[str]) -> Query:
    # tantivy panics on a phrase of one word.
    if len(tokens) == 1:
        return Query.term_query(schema(), name, tokens[0])
    return Query.phrase_query(schema(), name, list(tokens))


def _any_of(queries: list[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _one_of(zustaendigkeiten: Collection[UUID]) -> Query:
    if not zustaendigkeiten:
        return Query.empty_query()
    return Query.term_set_query(schema(), "zustaendigkeit_id", [str(row) for row in sorted(zustaendigkeiten)])


def _highlighted(generator: tantivy.SnippetGenerator, field: str, text: str) -> str:
    if not text:
        return ""
    document = tantivy.Document()
    document.add_text(field, text)
    snippet = generator.snippet_from_doc(document)
    found = snippet.highlighted()
    if not found:
        return ""
    # The ranges count bytes of UTF-8, not characters.
    fragment = snippet.fragment().encode()
    parts, end = [], 0
    for place in sorted(found, key=lambda one: one.start):
        if place.start < end:
            continue
        parts += [_escaped(fragment[end : place.start]), "<em>", _escaped(fragment[place.start : place.end]), "</em>"]
        end = place.end
    return "".join([*parts, _escaped(fragment[end:])])


def _escaped(part: bytes) -> str:
    return html.escape(part.decode(errors="replace"))
