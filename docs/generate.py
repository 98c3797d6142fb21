"""Write what the documents repeat from the code: docs/events.md and the settings table of the README."""

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import Descriptor, FileDescriptor
from pydantic import AliasChoices
from pydantic_settings import BaseSettings

from dms_kit.messaging.outbox import topic_of

ROOT = Path(__file__).parents[1]
SERVICES = sorted(folder.parent.name for folder in ROOT.glob("services/*/src"))
TABLE = re.compile(r"(?<=<!-- settings: made by `make docs` -->\n).*?(?=<!-- end of settings -->)", re.DOTALL)


class _Unused:
    """Stands for what a subscription table only hands on to its use cases."""

    def __getattr__(self, name: str) -> "_Unused":
        return self

    def __call__(self, *_: object, **__: object) -> "_Unused":
        return self


def events_document() -> str:
    """Return docs/events.md: each topic with its events, who writes and who hears them."""
    parts = [
        "# Events\n",
        "Topics, who writes them and who hears them. Made by `make docs` from `proto/` and the tables in `bus/`.",
        "The key of a message is the id of its aggregate; the headers are those of CloudEvents.\n",
    ]
    listeners = _listeners()
    for file in _event_files():
        events = list(_events(file))
        topic = topic_of(_message_class(events[0]))
        parts += [
            f"## `{topic}`\n",
            f"Written by {topic.split('.')[1]}.\n",
            "| Event | Fact | Heard by |",
            "|---|---|---|",
        ]
        for event in events:
            heard = ", ".join(listeners.get(event.full_name, [])) or "–"
            parts.append(f"| `{event.name}` | {_comment(event)} | {heard} |")
        parts.append("")
    return "\n".join(parts)


def unwritten_events() -> list[str]:
    """Return the events that no `bus/outgoing.py` of their owner names."""
    missing = []
    for file in _event_files():
        owner = file.name.split("/")[1]
        source = (ROOT / f"services/{owner}/src/dms_{owner}/bus/outgoing.py").read_text()
        missing += [event.full_name for event in _events(file) if not re.search(rf"\b{event.name}\b", source)]
    return missing


def _event_files() -> Iterator[FileDescriptor]:
    for proto in sorted((ROOT / "proto/dms").rglob("*_events.proto")):
        module = proto.relative_to(ROOT / "proto").with_suffix("").as_posix().replace("/", ".") + "_pb2"
        yield importlib.import_module(module).DESCRIPTOR


def _events(file: FileDescriptor) -> Iterator[Descriptor]:
    # A message that is the field of another one is a part of events, not an event.
    parts = {field.message_type for event in file.message_types_by_name.values() for field in event.fields}
    return (event for event in file.message_types_by_name.values() if event not in parts)


def _message_class(event: Descriptor) -> Any:
    module = event.file.name.removesuffix(".proto").replace("/", ".") + "_pb2"
    return getattr(importlib.import_module(module), event.name)


def _listeners() -> dict[str, list[str]]:
    listeners: dict[str, list[str]] = {}
    for service in SERVICES:
        table = importlib.import_module(f"dms_{service}.bus.incoming").subscriptions
        parameters = inspect.signature(table).parameters.values()
        positional = [_Unused() for parameter in parameters if parameter.kind is not parameter.KEYWORD_ONLY]
        named = {parameter.name: _Unused() for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY}
        for row in table(*positional, **named):
            listeners.setdefault(row.event.DESCRIPTOR.full_name, []).append(service)
    return listeners


def _comment(event: Descriptor) -> str:
    source = (ROOT / "proto" / event.file.name).read_text()
    found = re.search(rf"((?:^//.*\n)+)message {event.name} ", source, re.MULTILINE)
    return " ".join(line.removeprefix("//").strip() for line in found[1].splitlines()) if found else "–"


def settings_table() -> str:
    """Return the settings of every package as a Markdown table, in the order of the code, each variable once."""
    rows: dict[str, tuple[str, str, str]] = {}
    for reader, settings in _settings():
        for name, field in settings.model_fields.items():
            if name in inspect.get_annotations(settings):
                default = _default(field.get_default(call_default_factory=True))
                row = (default, reader, field.description or "")
                variable = _variable(settings, name)
                rows[variable] = _merged(rows[variable], row) if variable in rows else row
    lines = [f"| `{variable}` | {' | '.join(row)} |" for variable, row in rows.items()]
    return "\n".join(["| Variable | Default | Read by | Meaning |", "|---|---|---|---|", *lines]) + "\n"


def _merged(first: tuple[str, str, str], second: tuple[str, str, str]) -> tuple[str, str, str]:
    default, reader, meaning = second
    assert first[0] == default, f"{first[1]} and {reader} read one variable with two defaults"
    return default, f"{first[1]}, {reader}", f"{first[2]} For {reader}: {meaning}"


def _settings() -> Iterator[tuple[str, type[BaseSettings]]]:
    for package in ["kit", *SERVICES, "gateway", "standalone", "keycloak", "stack"]:
        try:
            module = importlib.import_module(f"dms_{package}.settings")
        except ModuleNotFoundError:
            continue
        for _, settings in inspect.getmembers(module, inspect.isclass):
            if issubclass(settings, BaseSettings) and settings.__module__ == module.__name__:
                yield _readers(settings) if package == "kit" else package, settings


def _readers(settings: type[BaseSettings]) -> str:
    of_services = {name: importlib.import_module(f"dms_{name}.settings").Settings for name in SERVICES}
    readers = [name for name, own in of_services.items() if issubclass(own, settings)]
    return "all" if readers == SERVICES else ", ".join(readers)


def _variable(settings: type[BaseSettings], name: str) -> str:
    alias = settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0]).upper()
    return str(alias).upper() if alias else f"{settings.model_config.get('env_prefix', '')}{name}".upper()


def _default(value: object) -> str:
    if repr(value) == "PydanticUndefined":
        return "must be set"
    values = value if isinstance(value, tuple) else (value,)
    text = ",".join(_shown(part) for part in values if part not in (None, "", {}))
    return f"`{text}`" if text else "–"


def _shown(value: object) -> str:
    if isinstance(value, Path) and value.is_absolute():
        return value.relative_to(ROOT).as_posix()
    return str(value)


def readme_with_settings(readme: str) -> str:
    """Return the README with the settings table of today between its two marks."""
    return TABLE.sub(lambda _: settings_table(), readme)


if __name__ == "__main__":
    (ROOT / "docs/events.md").write_text(events_document())
    (ROOT / "README.md").write_text(readme_with_settings((ROOT / "README.md").read_text()))
