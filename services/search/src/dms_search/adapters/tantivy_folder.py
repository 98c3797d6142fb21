"""The folder of the tantivy index: one sub-folder a run, and a pointer that names the one that answers."""

import json
import os
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path

import tantivy

from dms_search.adapters.tantivy_schema import SCHEMA_VERSION, register_analysis, schema

_POINTER = "aktuell.json"
_REMOVAL = "streichen-"
_KEPT_SECONDS = 600.0


class IndexFolder:
    """Knows names and durability of the files; blocking."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> str | None:
        """Return the run whose index answers; None without a pointer or after a change of the schema."""
        try:
            pointer = json.loads((self.root / _POINTER).read_bytes())
            return str(pointer["lauf_id"]) if pointer["schema"] == SCHEMA_VERSION else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def current_path(self) -> Path | None:
        """Return the folder of the index that answers."""
        lauf_id = self.current()
        return None if lauf_id is None else self.path_of(lauf_id)

    def path_of(self, lauf_id: str) -> Path:
        """Return the folder of a run's index; another schema has another folder."""
        return self.root / f"{lauf_id}-v{SCHEMA_VERSION}"

    def is_there(self, lauf_id: str) -> bool:
        """Say whether a run has an index at all."""
        return (self.path_of(lauf_id) / "meta.json").is_file()

    def can_open(self, lauf_id: str) -> bool:
        """Say whether a run's index can be opened."""
        if not self.is_there(lauf_id):
            return False
        try:
            tantivy.Index.open(str(self.path_of(lauf_id))).searcher()
        except (ValueError, OSError):
            return False
        return True

    def open(self, lauf_id: str, *, create: bool = False) -> tantivy.Index:
        """Open a run's index, with `create` a new one if there is none."""
        path = self.path_of(lauf_id)
        if create:
            path.mkdir(parents=True, exist_ok=True)
            if not self.is_there(lauf_id):
                tantivy.Index(schema(), path=str(path))
                sync_folder(path)
                sync_folder(self.root)
        return register_analysis(tantivy.Index.open(str(path)))

    def point_to(self, lauf_id: str) -> None:
        """Let a run's index answer, durably and in one step for every reader."""
        fresh = self.root / f"{_POINTER}.neu"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({"lauf_id": lauf_id, "schema": SCHEMA_VERSION}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.root / _POINTER)
        sync_folder(self.root)

    def ask_removal(self, schluessel: Collection[str]) -> Path:
        """Ask the process that writes to take entries out; it removes the returned file when it has done so."""
        asked = self.root / f"{_REMOVAL}{os.urandom(8).hex()}"
        fresh = asked.with_name(f"neu-{asked.name}")
        fresh.write_text(json.dumps(list(schluessel)), encoding="utf-8")
        fresh.replace(asked)
        return asked

    def asked_removals(self) -> Iterator[tuple[Path, list[str]]]:
        """Yield what other processes ask for."""
        for asked in sorted(self.root.glob(f"{_REMOVAL}*")):
            yield asked, json.loads(asked.read_bytes())

    def remove_others(self, keep: set[str]) -> None:
        """Remove the folders of other runs, once no cursor can lead to them any more."""
        pointer = self.root / _POINTER
        if not pointer.exists() or time.time() - pointer.stat().st_mtime < _KEPT_SECONDS:
            return
        kept = {self.path_of(lauf_id) for lauf_id in keep}
        for path in self.root.iterdir():
            if path.is_dir() and path not in kept:
                shutil.rmtree(path, ignore_errors=True)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
