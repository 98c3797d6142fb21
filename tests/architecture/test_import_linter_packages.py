"""The import contracts see every package, and every package that is not ours."""

import ast
import configparser
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _lines(section: str, option: str) -> list[str]:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    return [line for line in contracts[section][option].splitlines() if line]


def _workspace() -> dict[str, Path]:
    members = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]["members"]
    folders = [folder for member in members for folder in ROOT.glob(member) if (folder / "pyproject.toml").exists()]
    return {
        tomllib.loads((folder / "pyproject.toml").read_text())["tool"]["uv"]["build-backend"]["module-name"]: folder
        for folder in folders
    }


def _imported(folder: Path) -> set[str]:
    names = set()
    for file in (folder / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module)
    return {name.partition(".")[0] for name in names}


def test_root_packages_are_the_workspace() -> None:
    assert _lines("importlinter", "root_packages") == sorted(_workspace())


def test_every_package_is_type_checked() -> None:
    path = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["mypy_path"].split(":")
    sources = {str(folder.relative_to(ROOT) / "src") for name, folder in _workspace().items() if name != "dms"}
    assert sources | {"proto/gen"} == set(path)


def test_no_service_is_missing_from_a_contract() -> None:
    services = sorted(f"dms_{folder.parent.name}" for folder in ROOT.glob("services/*/src"))
    assert _lines("importlinter:contract:service", "containers") == services
    cycles = _lines("importlinter:contract:cycles", "ancestors")
    assert cycles == [name for name in sorted(_workspace()) if name != "dms"]


def test_pure_code_is_kept_from_every_library_in_use() -> None:
    ours = set(_workspace())
    imported = {name for folder in _workspace().values() for name in _imported(folder)}
    libraries = imported - ours - set(sys.stdlib_module_names) - {"dms"}
    forbidden = {line.partition(".")[0] for line in _lines("importlinter:contract:pure", "forbidden_modules")}
    assert libraries - forbidden == set()
