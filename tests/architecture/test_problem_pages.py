"""Each problem that the API can answer has a page, and no page describes what cannot happen."""

import importlib
import pkgutil
from pathlib import Path

import pytest

from dms_kit.core.errors import DmsError
from dms_kit.web.problems import PROBLEMS

ROOT = Path(__file__).parents[2]
PACKAGES = ["dms_gateway", "dms_ingest", "dms_kit", "dms_records", "dms_search", "dms_standalone", "dms_workflow"]


def _import_everything() -> None:
    for package in PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not module.name.endswith(".__main__"):
                importlib.import_module(module.name)


_import_everything()
CODES = sorted(PROBLEMS)


def _errors(base: type[DmsError] = DmsError) -> list[type[DmsError]]:
    return [error for child in base.__subclasses__() for error in (child, *_errors(child))]


def test_pages_are_the_codes() -> None:
    assert sorted(page.stem for page in (ROOT / "docs/problems").glob("*.md")) == CODES


@pytest.mark.parametrize("code", CODES)
def test_page_has_the_title_and_says_what_to_do(code: str) -> None:
    lines = (ROOT / f"docs/problems/{code}.md").read_text().splitlines()
    assert lines[0] == f"# {PROBLEMS[code].title}"
    assert f"HTTP-Status: {PROBLEMS[code].status}" in "\n".join(lines)
    assert "## Was ist geschehen?" in lines
    assert "## Was ist zu tun?" in lines


def test_one_code_means_one_thing() -> None:
    titles: dict[str, set[tuple[object, str]]] = {}
    for error in _errors():
        if error.__module__.startswith("dms_") and hasattr(error, "code"):
            titles.setdefault(error.code, set()).add((error.kind, error.title))
    assert {code: found for code, found in titles.items() if len(found) > 1} == {}
