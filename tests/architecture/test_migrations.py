"""The migrations of a service are one numbered row: the newest number is the version of the code (ADR 0006)."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = sorted(folder.name for folder in ROOT.glob("services/*"))


def _migrations(service: str) -> list[tuple[str, object]]:
    loaded = []
    for file in sorted(ROOT.glob(f"services/{service}/migrations/versions/*.py")):
        spec = importlib.util.spec_from_file_location(f"{service}_{file.stem}", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        loaded.append((file.stem, module))
    return loaded


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_are_numbered_without_a_gap(service: str) -> None:
    before = None
    for number, (name, module) in enumerate(_migrations(service), 1):
        assert str(module.revision).partition("_")[0] == f"{number:04}", name
        assert name.startswith(f"{number:04}_")
        assert module.down_revision == before, name
        before = module.revision


@pytest.mark.parametrize("service", SERVICES)
def test_a_migration_demands_no_newer_code_than_its_own(service: str) -> None:
    for name, module in _migrations(service):
        assert 0 <= getattr(module, "min_code_version", 0) < int(name[:4]), name
