"""The schema of the tantivy index, its German analysis, and how an Indexeintrag becomes a document."""

from functools import cache

import tantivy

from dms_kit.core.text import normalise
from dms_search.domain.indexeintrag import Indexeintrag

# A change of fields or analysis gets a new number: the consumers then build the index anew.
SCHEMA_VERSION = 1
ANALYSED = ("titel", "aktenzeichen", "dateiname", "inhalt")
_ANALYSIS = "deutsch"
_MAX_TOKEN_BYTES = 100
_AUSZUG_CHARACTERS = 50_000


@cache
def schema() -> tantivy.Schema:
    """Return the schema; only `auszug` keeps text to be shown."""
    builder = tantivy.SchemaBuilder()
    for name in ("schluessel", "mandant"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("typ", "zustaendigkeit_id"):
        builder.add_text_field(name, stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("id", "vorgang_id", "akte_id"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("version", "rang", "jahr"):
        builder.add_unsigned_field(name, stored=False, indexed=True, fast=True)
    builder.add_boolean_field("abgeschirmt", stored=False, indexed=True, fast=True)
    for name in ("titel", "aktenzeichen", "dateiname"):
        builder.add_text_field(name, stored=True, tokenizer_name=_ANALYSIS)
    builder.add_text_field("inhalt", stored=False, tokenizer_name=_ANALYSIS)
    builder.add_bytes_field("auszug", stored=True, indexed=False)
    return builder.build()


@cache
def analyser() -> tantivy.TextAnalyzer:
    """Return the analysis: Anträge finds Antrag, Straße finds Strasse, Müller finds Mueller."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_MAX_TOKEN_BYTES))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("german"))
        .build()
    )


def register_analysis(index: tantivy.Index) -> tantivy.Index:
    """Give an opened index its analysis: it is not stored with it."""
    index.register_tokenizer(_ANALYSIS, analyser())
    return index


def document_of(eintrag: Indexeintrag) -> tantivy.Document:
    """Return the document of an Indexeintrag."""
    document = tantivy.Document()
    document.add_text("schluessel", eintrag.schluessel)
    document.add_text("mandant", eintrag.mandant)
    document.add_text("typ", eintrag.typ)
    document.add_text("id", str(eintrag.id))
    document.add_text("akte_id", str(eintrag.akte_id))
    if eintrag.vorgang_id is not None:
        document.add_text("vorgang_id", str(eintrag.vorgang_id))
    document.add_text("zustaendigkeit_id", str(eintrag.zustaendigkeit_id))
    document.add_unsigned("version", eintrag.version)
    document.add_unsigned("rang", eintrag.rang)
    document.add_unsigned("jahr", eintrag.jahr)
    document.add_boolean("abgeschirmt", eintrag.abgeschirmt)
    document.add_text("titel", normalise(eintrag.titel))
    document.add_text("aktenzeichen", eintrag.aktenzeichen)
    document.add_text("dateiname", normalise(eintrag.dateiname))
    inhalt = normalise(eintrag.inhalt)
    document.add_text("inhalt", inhalt)
    document.add_bytes("auszug", inhalt[:_AUSZUG_CHARACTERS].encode())
    return document
