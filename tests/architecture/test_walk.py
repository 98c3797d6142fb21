"""The walk in docs/walk.md leads through code that exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STOPS = re.findall(r"`([\w./-]+\.(?:py|proto|toml|yaml))::([\w.]+)`", (ROOT / "docs/walk.md").read_text())


def _symbols(file: Path) -> set[str]:
    if file.suffix != ".py":
        return set(re.findall(r"\w+", file.read_text()))
    return set(_names(ast.parse(file.read_text()), ""))


def _names(parent: ast.AST, prefix: str) -> list[str]:
    found = []
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append(prefix + node.name)
            found += _names(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign):
            found += [prefix + target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.append(prefix + node.target.id)
    return found


def test_the_walk_passes_every_part() -> None:
    passed = {
        "/".join(path.split("/")[:2]) if path.startswith("services/") else path.split("/")[0] for path, _ in STOPS
    }
    services = {str(folder.parent.relative_to(ROOT)) for folder in ROOT.glob("services/*/src")}
    assert passed >= services | {"gateway", "kit"}


@pytest.mark.parametrize(("path", "symbol"), STOPS, ids=[f"{path}::{symbol}" for path, symbol in STOPS])
def test_stop_exists(path: str, symbol: str) -> None:
    assert symbol in _symbols(ROOT / path)
