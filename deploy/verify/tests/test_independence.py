"""The verification shares with what it verifies nothing but the hashing."""

import ast
from pathlib import Path

import pytest

from dms_verify.main import main

SOURCES = sorted((Path(__file__).parents[1] / "src").rglob("*.py"))


def _imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name for name in names if name.startswith("dms_") and not name.startswith("dms_verify")}


def test_nothing_of_ours_is_imported_but_the_hashing() -> None:
    assert {name for file in SOURCES for name in _imported(file)} == {"dms_kit.audit.hashing"}


@pytest.mark.parametrize("head", ["", "workflow/dueren", "workflow/dueren:1:abc", "workflow/dueren:x:" + "0" * 64])
def test_a_head_that_is_none_is_wrong_usage(head: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["protokoll", "--head", head])
    assert ended.value.code == 2
    assert "Stand" in capsys.readouterr().err
