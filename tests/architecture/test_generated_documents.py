"""The documents say what the code says."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_events_document_is_made_of_the_bus_tables(generator: ModuleType) -> None:
    assert (ROOT / "docs/events.md").read_text() == generator.events_document()


def test_every_event_has_a_writer(generator: ModuleType) -> None:
    assert generator.unwritten_events() == []


def test_readme_has_the_settings_of_the_code(generator: ModuleType) -> None:
    readme = (ROOT / "README.md").read_text()
    assert generator.settings_table() in readme
    assert generator.readme_with_settings(readme) == readme


def test_every_setting_is_explained(generator: ModuleType) -> None:
    assert [row for row in generator.settings_table().splitlines() if row.endswith("|  |")] == []


def test_every_setting_is_listed_once(generator: ModuleType) -> None:
    variables = [row.split("|")[1] for row in generator.settings_table().splitlines()]
    assert sorted(variables) == sorted(set(variables))


def test_profiles_set_what_is_a_setting(generator: ModuleType) -> None:
    profiles = sorted((ROOT / "deploy/profiles").glob("*.env"))
    assert profiles
    for profile in profiles:
        for line in profile.read_text().splitlines():
            assert line.startswith("#") or f"| `{line.split('=')[0]}` |" in generator.settings_table()
