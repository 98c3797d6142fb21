"""A Suchanfrage within a scope as an OpenSearch query, and the shown part of a hit."""

import html
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from dms_kit.access import compile_opensearch
from dms_kit.core.access import AccessScope
from dms_search.adapters.opensearch_schema import END, FOUND
from dms_search.domain.suchanfrage import Suchanfrage, Suchwort

RIGHT = "schriftgut:read"
_FIELDS = ["titel^3", "aktenzeichen^4", "dateiname^2", "inhalt^1"]
_AUSSCHNITT_CHARACTERS = 200
_LOOKED_AT_CHARACTERS = 50_000

Query = dict[str, Any]


def words_query(anfrage: Suchanfrage) -> Query:
    """Return the words alone, without rights and filters: what is scored and highlighted."""
    alternatives = [_all_of(words) for words in anfrage.alternativen]
    return {"bool": {"should": alternatives, "minimum_should_match": 1}}


def permitted_query(
    words: Query, anfrage: Suchanfrage, *, scope: AccessScope, zustaendigkeiten: Collection[UUID] | None
) -> Query:
    """Join the words with rights and filters, which do not count for the score."""
    filters: list[Query] = [compile_opensearch(scope, RIGHT)]
    if anfrage.typ is not None:
        filters.append({"term": {"typ": str(anfrage.typ)}})
    if zustaendigkeiten is not None:
        filters.append({"terms": {"zustaendigkeit_id": [str(row) for row in sorted(zustaendigkeiten)]}})
    return {"bool": {"must": [words], "filter": filters}}


def readable_query(scope: AccessScope, schluessel: Collection[str]) -> Query:
    """Return the rights alone, over the entries with these keys."""
    return {"bool": {"filter": [compile_opensearch(scope, RIGHT), {"ids": {"values": list(schluessel)}}]}}


def facets(scope: AccessScope) -> dict[str, Query]:
    """Return the counts by kind, Zuständigkeit and year; nobody's hits are of more Zuständigkeiten than his scope."""
    reach = max(1, len(scope.reach.get(RIGHT, {})))
    sizes = {"typ": 10, "zustaendigkeit_id": reach, "jahr": 1000}
    return {name: {"terms": {"field": name, "size": size}} for name, size in sizes.items()}


def highlight(words: Query) -> Query:
    """Return how the `ausschnitt` is cut: by the words alone, else the names of rights would be shown as found."""
    return {
        "type": "unified",
        "pre_tags": [FOUND],
        "post_tags": [END],
        "number_of_fragments": 1,
        "fragment_size": _AUSSCHNITT_CHARACTERS,
        "require_field_match": False,
        "max_analyzer_offset": _LOOKED_AT_CHARACTERS,
        "highlight_query": words,
        "fields": {"auszug": {"no_match_size": _AUSSCHNITT_CHARACTERS}, "titel": {}},
    }


def ausschnitt(highlighted: Mapping[str, list[str]]) -> str:
    """Return the best place of the text, else of the title, else the beginning of the text, as escaped HTML."""
    beginning = "".join(highlighted.get("auszug", []))
    titel = "".join(highlighted.get("titel", []))
    chosen = beginning if FOUND in beginning or FOUND not in titel else titel
    return html.escape(chosen).replace(FOUND, "<em>").replace(END, "</em>")


def _all_of(words: tuple[Suchwort, ...]) -> Query:
    said = [word for word in words if _says_something(word.text)]
    if not said:
        return {"match_none": {}}
    wanted = [_in_any_field(word.text) for word in said if not word.ohne]
    unwanted = [_in_any_field(word.text) for word in said if word.ohne]
    return {"bool": {"must": wanted or [{"match_all": {}}], "must_not": unwanted}}


def _says_something(text: str) -> bool:
    # The analysis leaves nothing of a word without a letter or digit: such a one is no condition.
    return any(character.isalnum() for character in text)


def _in_any_field(text: str) -> Query:
    # A word of several parts (a file name, an Aktenzeichen) is a phrase; the scores of all fields are added.
    return {"multi_match": {"query": text, "type": "phrase", "fields": _FIELDS, "tie_breaker": 1.0}}
