"""The index template with its German analysis, its check at start, and how an Indexeintrag becomes a document."""

from functools import cache
from pathlib import Path
from typing import Any

import structlog
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import RequestError

from dms_kit.core.errors import UnavailableError
from dms_kit.core.text import normalise
from dms_search.adapters.opensearch_client import translated
from dms_search.domain.indexeintrag import Indexeintrag

# A change of fields or analysis gets a new number: the consumers then build the index anew.
SCHEMA_VERSION = 2
_AUSZUG_CHARACTERS = 50_000
# What marks a found word in a highlight; taken out of every text, so that it cannot be forged.
# Noncharacters: the highlighter trims control characters at the ends.
FOUND, END = "\ufdd0", "\ufdd1"
_WITHOUT_MARKS = str.maketrans({FOUND: " ", END: " "})
_PROBE = "Abwassergebührenbescheid"
_PROBE_PARTS = frozenset({"abwass", "gebuhr", "bescheid"})

log = structlog.get_logger()


@cache
def compound_parts() -> list[str]:
    """Return the words of which German compounds are made in an administration."""
    text = Path(__file__).with_name("opensearch_words.txt").read_text(encoding="utf-8")
    return sorted({line.strip().lower() for line in text.splitlines() if line.strip() and not line.startswith("#")})


def filters(patterns_path: str) -> dict[str, dict[str, Any]]:
    """Return the filters that are ours; the patterns are a file of the server."""
    return {
        "zerlegung": {
            "type": "hyphenation_decompounder",
            "hyphenation_patterns_path": patterns_path,
            "word_list": compound_parts(),
            "min_subword_size": 3,
        },
        "umlaute": {"type": "german_normalization"},
        "stamm": {"type": "stemmer", "language": "german"},
        "nicht_leer": {"type": "length", "min": 1, "max": 255},
    }


def chain(*, takes_apart: bool) -> list[str]:
    """
    Return the order of the filters.

    Only the index takes compounds apart: Gebühr finds Abwassergebühr, and not the other way.
    """
    return [
        "lowercase",
        *(["zerlegung"] if takes_apart else []),
        "umlaute",
        "icu_folding",
        "stamm",
        "nicht_leer",
    ]


def template(prefix: str, patterns_path: str) -> dict[str, Any]:
    """Return the template of all indexes of this schema version."""
    analyzers = {
        name: {"type": "custom", "tokenizer": "teile", "filter": chain(takes_apart=takes_apart)}
        for name, takes_apart in (("deutsch", True), ("deutsch_suche", False))
    }
    return {
        "index_patterns": [f"{prefix}-v{SCHEMA_VERSION}-*"],
        "priority": 500,
        "template": {
            "settings": {
                "number_of_shards": 1,
                # None on a single node, one as soon as there is a second.
                "auto_expand_replicas": "0-1",
                "max_result_window": 10_000,
                "analysis": {
                    "tokenizer": {"teile": _TOKENIZER},
                    "filter": filters(patterns_path),
                    "analyzer": analyzers,
                },
            },
            "mappings": _mappings(),
        },
    }


async def check_analysis(client: AsyncOpenSearch, patterns_path: str) -> None:
    """
    Have one compound taken apart; raise `UnavailableError` when the server cannot.

    Without its plugin or its file of patterns it refuses; with a file that has no `<classes>` it splits nothing and
    says so to nobody; with too many patterns it never answers (the client's time-out ends that).
    """
    ours = filters(patterns_path)
    body = {
        "tokenizer": _TOKENIZER,
        "filter": [ours.get(name, name) for name in chain(takes_apart=True)],
        "text": _PROBE,
    }
    try:
        with translated("analyze"):
            answer = await client.indices.analyze(body=body)
    except RequestError as error:
        log.exception("index.analysis_refused", patterns=patterns_path)
        raise UnavailableError("Die Sprachanalyse des Suchindex ist nicht eingerichtet.") from error
    parts = {token["token"] for token in answer["tokens"]}
    if not parts >= _PROBE_PARTS:
        log.error("index.analysis_splits_nothing", patterns=patterns_path, found=sorted(parts))
        raise UnavailableError("Die Sprachanalyse des Suchindex zerlegt keine Wörter.")


def document_of(eintrag: Indexeintrag) -> dict[str, Any]:
    """Return the document of an Indexeintrag; its version is the external version of the document."""
    inhalt = _clean(eintrag.inhalt)
    return {
        "mandant": eintrag.mandant,
        "typ": str(eintrag.typ),
        "id": str(eintrag.id),
        "akte_id": str(eintrag.akte_id),
        "vorgang_id": None if eintrag.vorgang_id is None else str(eintrag.vorgang_id),
        "zustaendigkeit_id": str(eintrag.zustaendigkeit_id),
        "rang": eintrag.rang,
        "abgeschirmt": eintrag.abgeschirmt,
        "jahr": eintrag.jahr,
        "titel": _clean(eintrag.titel),
        "aktenzeichen": eintrag.aktenzeichen,
        "dateiname": _clean(eintrag.dateiname),
        "inhalt": inhalt,
        "auszug": inhalt[:_AUSZUG_CHARACTERS],
    }


# Letters, digits and marks stay together: the parts of an Aktenzeichen and of a file name are words.
_TOKENIZER = {"type": "char_group", "tokenize_on_chars": ["whitespace", "punctuation", "symbol"]}


def _mappings() -> dict[str, Any]:
    keyword = {"type": "keyword"}
    shown = {"type": "keyword", "index": False, "doc_values": False}
    text = {"type": "text", "analyzer": "deutsch", "search_analyzer": "deutsch_suche"}
    # Where the words stand is kept: else a search analyses the text of each hit again, three times as slow.
    marked = {**text, "index_options": "offsets"}
    return {
        "dynamic": "strict",
        "_source": {"excludes": ["inhalt"]},
        "properties": {
            **dict.fromkeys(("mandant", "typ", "zustaendigkeit_id"), keyword),
            **dict.fromkeys(("id", "vorgang_id", "akte_id"), shown),
            "rang": {"type": "byte"},
            "jahr": {"type": "integer"},
            "abgeschirmt": {"type": "boolean"},
            **dict.fromkeys(("aktenzeichen", "dateiname", "inhalt"), text),
            "titel": marked,
            # Only shown: what is found is found in `inhalt`.
            "auszug": {**marked, "norms": False},
        },
    }


def _clean(text: str) -> str:
    return normalise(text).translate(_WITHOUT_MARKS)
