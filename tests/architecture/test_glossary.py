"""One noun, one spelling: what is named in code is in docs/glossary.md, and the other way round."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from dms_kit.access.projection import add_projection_tables
from dms_kit.audit.tables import add_audit_tables
from dms_kit.messaging.tables import add_messaging_tables

ROOT = Path(__file__).parents[2]
SERVICES = sorted(folder.parent.name for folder in ROOT.glob("services/*/src"))
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
COLUMNS = ["Begriff", "Plural", "Definition", "xdomea", "Tabelle", "URL", "Art"]


@dataclass(frozen=True)
class Term:
    begriff: str
    plural: str
    definition: str
    xdomea: str
    tabelle: str
    url: str
    art: str

    @property
    def noun(self) -> str:
        return self.begriff.translate(UMLAUTS)


def _rows() -> list[list[str]]:
    lines = [line for line in (ROOT / "docs/glossary.md").read_text().splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


HEADER, _, *ROWS = _rows()
TERMS = [Term(*row) for row in ROWS]
NOUNS = tuple(term.noun for term in TERMS)


def _domain_classes() -> Iterator[str]:
    for file in ROOT.glob("services/*/src/*/domain/*.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef):
                yield node.name


def _tables() -> Iterator[str]:
    mechanics = MetaData()
    for add in (add_messaging_tables, add_audit_tables, add_projection_tables):
        add(mechanics)
    names = {table.name for table in mechanics.tables.values()}
    for service in SERVICES:
        tables = importlib.import_module(f"dms_{service}.adapters.postgres.tables")
        yield from (table.name for table in tables.metadata.tables.values() if table.name not in names)


def _messages() -> Iterator[str]:
    for file in (ROOT / "proto/dms").rglob("*.proto"):
        yield from re.findall(r"^message (\w+)", file.read_text(), re.MULTILINE)


def _code() -> str:
    files = [*ROOT.glob("services/*/src/**/*.py"), *ROOT.glob("kit/src/**/*"), *ROOT.glob("proto/dms/**/*.proto")]
    return "\n".join(file.read_text() for file in files if file.suffix in {".py", ".proto", ".toml"}).lower()


CODE = _code()


def _is_in_code(text: str) -> bool:
    return text in CODE


def _words_of_kit() -> Iterator[tuple[str, str]]:
    for file in (ROOT / "kit/src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            for value in (getattr(node, field, None) for field in ("id", "attr", "name", "arg")):
                for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", value if isinstance(value, str) else ""):
                    yield word.lower(), f"{file.relative_to(ROOT)}: {value}"


def test_table_has_its_columns_and_no_term_twice() -> None:
    assert HEADER == COLUMNS
    assert sorted(set(NOUNS)) == sorted(NOUNS)
    assert tuple(sorted(NOUNS, key=str.lower)) == NOUNS


@pytest.mark.parametrize("term", TERMS, ids=NOUNS)
def test_term_is_whole(term: Term) -> None:
    assert all((term.plural, term.definition, term.xdomea, term.tabelle, term.url))
    assert term.art in {"fachlich", "technisch"}
    assert term.url == "–" or _is_in_code(f"/api/v1/{term.url}")


@pytest.mark.parametrize("term", TERMS, ids=NOUNS)
def test_term_exists_in_code(term: Term) -> None:
    assert _is_in_code(term.noun.lower())


def test_domain_classes_start_with_a_term() -> None:
    assert [name for name in _domain_classes() if not name.startswith(NOUNS)] == []


def test_messages_start_with_a_term() -> None:
    assert [name for name in _messages() if not name.startswith(NOUNS)] == []


def test_tables_start_with_a_term_and_are_listed() -> None:
    tables = set(_tables())
    assert [name for name in tables if not name.startswith(tuple(noun.lower() for noun in NOUNS))] == []
    assert {term.tabelle for term in TERMS if term.tabelle != "–"} - tables == set()


def test_kit_names_no_domain_noun() -> None:
    nouns = {
        form.translate(UMLAUTS).lower()
        for term in TERMS
        if term.art == "fachlich"
        for form in (term.begriff, term.plural)
    }
    assert [place for word, place in _words_of_kit() if word in nouns] == []


def test_the_roles_of_the_rights_table_are_terms() -> None:
    roles = tomllib.loads((ROOT / "kit/src/dms_kit/roles.toml").read_text())["roles"]
    assert set(roles) - {term.noun.lower() for term in TERMS} == set()
