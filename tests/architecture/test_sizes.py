"""Sizes that make one think of a better cut: functions, files, use cases, positional parameters."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FUNCTION = 40
FUNCTION_HARD = 60
FILE = 400
USE_CASE_FILE = 80
POSITIONAL = 5

# Functions between 40 and 60 lines, each with its reason; nothing is longer.
LONG_FUNCTIONS = {
    "kit/src/dms_kit/web/dead_letters.py::dead_letter_router": "two routes that share the service they are made for",
    "services/ingest/src/dms_ingest/bootstrap.py::build": "the composition root names every part once",
    "services/search/src/dms_search/bootstrap.py::build": "the composition root names every part once",
    "services/ingest/src/dms_ingest/use_cases/submit_antrag.py::submit_antrag": "one act, read from top to bottom",
}

SOURCES = sorted(
    file
    for pattern in ("kit/src", "services/*/src", "gateway/src", "deploy/*/src")
    for folder in ROOT.glob(pattern)
    for file in folder.rglob("*.py")
)
TESTS = sorted(
    file
    for pattern in ("kit/tests", "services/*/tests", "gateway/tests", "deploy/*/tests", "tests")
    for folder in ROOT.glob(pattern)
    for file in folder.rglob("*.py")
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(file: Path) -> Iterator[tuple[str, Function]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{file.relative_to(ROOT)}::{node.name}", node


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _positional(function: Function) -> int:
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def test_sources_are_found() -> None:
    assert len(SOURCES) > 50
    assert TESTS


@pytest.mark.parametrize("files", [SOURCES, TESTS], ids=["sources", "tests"])
def test_no_function_is_too_long(files: list[Path]) -> None:
    lengths = {name: _length(function) for file in files for name, function in _functions(file)}
    too_long = {
        name: length
        for name, length in lengths.items()
        if length > (FUNCTION_HARD if name in LONG_FUNCTIONS else FUNCTION)
    }
    assert too_long == {}


def test_every_exception_is_still_needed() -> None:
    lengths = {name: _length(function) for file in SOURCES + TESTS for name, function in _functions(file)}
    assert {name for name in LONG_FUNCTIONS if lengths.get(name, 0) <= FUNCTION} == set()


@pytest.mark.parametrize("files", [SOURCES, TESTS], ids=["sources", "tests"])
def test_no_file_is_too_long(files: list[Path]) -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files}
    assert {name: length for name, length in lengths.items() if length > FILE} == {}


def test_no_use_case_file_is_too_long() -> None:
    files = [file for file in SOURCES if file.parent.name == "use_cases" and file.stem not in {"ports", "queries"}]
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files}
    assert {name: length for name, length in lengths.items() if length > USE_CASE_FILE} == {}


def test_no_function_takes_too_many_positional_parameters() -> None:
    counts = {name: _positional(function) for file in SOURCES for name, function in _functions(file)}
    assert {name: count for name, count in counts.items() if count > POSITIONAL} == {}
