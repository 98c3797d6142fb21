"""Which indexes there are: one a run, and two aliases that say which one answers and which one is being built."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import RequestError

from dms_search.adapters.opensearch_client import translated
from dms_search.adapters.opensearch_schema import SCHEMA_VERSION, template


@dataclass(frozen=True)
class Layout:
    """The indexes of all schema versions with their aliases, and the names of our own."""

    prefix: str
    aliases: Mapping[str, frozenset[str]]

    @property
    def current(self) -> str | None:
        """Return the index that answers."""
        return next(iter(sorted(self._having(current_alias(self.prefix)))), None)

    @property
    def building(self) -> str | None:
        """Return the index that is being built."""
        return next(iter(sorted(self._having(building_alias(self.prefix)))), None)

    @property
    def targets(self) -> tuple[str, ...]:
        """Return what is written to."""
        return tuple(sorted(self._having(current_alias(self.prefix)) | self._having(building_alias(self.prefix))))

    def lauf_of(self, index: str | None) -> str | None:
        """Return the run that built an index."""
        return None if index is None else index.removeprefix(f"{self.prefix}-v{SCHEMA_VERSION}-")

    def obsolete(self) -> list[str]:
        """Return the indexes of this schema version, and of older ones, that nobody writes to."""
        found = []
        for index in self.aliases:
            name = re.fullmatch(rf"{re.escape(self.prefix)}-v(\d+)-.+", index)
            if name is not None and int(name[1]) <= SCHEMA_VERSION and index not in self.targets:
                found.append(index)
        return sorted(found)

    def _having(self, alias: str) -> frozenset[str]:
        return frozenset(index for index, names in self.aliases.items() if alias in names)


def current_alias(prefix: str) -> str:
    """Return the alias of the index that answers; each schema version has its own, for rolling upgrades."""
    return f"{prefix}-v{SCHEMA_VERSION}"


def building_alias(prefix: str) -> str:
    """Return the alias of the index that is being built."""
    return f"{prefix}-v{SCHEMA_VERSION}.neu"


class IndexLayout:
    """Reads and changes the layout; each change is one request that succeeds or fails as a whole."""

    def __init__(self, client: AsyncOpenSearch, prefix: str) -> None:
        self._client = client
        self.prefix = prefix

    def index_of(self, lauf_id: str) -> str:
        """Return the name of a run's index."""
        return f"{self.prefix}-v{SCHEMA_VERSION}-{lauf_id}"

    async def read(self) -> Layout:
        """Return what there is now."""
        with translated("layout"):
            found = await self._client.indices.get_alias(index=f"{self.prefix}-v*")
        return Layout(self.prefix, {index: frozenset(row["aliases"]) for index, row in found.items()})

    async def put_template(self, patterns_path: str) -> None:
        """Say how new indexes of this schema version look."""
        with translated("template"):
            await self._client.indices.put_index_template(
                name=current_alias(self.prefix), body=template(self.prefix, patterns_path)
            )

    async def create(self, lauf_id: str) -> None:
        """Create the index of a run as the one that is being built; whatever bore its name before is nothing."""
        index, alias = self.index_of(lauf_id), building_alias(self.prefix)
        with translated("create"):
            await self._client.indices.delete(index=index, params={"ignore_unavailable": "true"})
            try:
                await self._client.indices.create(index=index, body={"aliases": {alias: {}}})
            except RequestError as error:
                # Another process was faster.
                if error.error != "resource_already_exists_exception":
                    raise

    async def build_only(self, lauf_id: str) -> None:
        """Let no other run's index be written to besides the current one."""
        index, alias = self.index_of(lauf_id), building_alias(self.prefix)
        layout = await self.read()
        others = [other for other, names in layout.aliases.items() if alias in names and other != index]
        if others:
            await self._change([{"remove": {"index": other, "alias": alias}} for other in others])

    async def swap(self, lauf_id: str, *, now: float) -> None:
        """Let the index of a run answer, with all that was written to it."""
        index = self.index_of(lauf_id)
        current, building = current_alias(self.prefix), building_alias(self.prefix)
        with translated("swap"):
            await self._client.indices.refresh(index=index)
            await self._client.indices.put_mapping(index=index, body={"_meta": {"antwortet_seit": now}})
        layout = await self.read()
        actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": current}}]
        for other, names in layout.aliases.items():
            actions += [{"remove": {"index": other, "alias": building}}] if building in names else []
            actions += [{"remove": {"index": other, "alias": current}}] if current in names and other != index else []
        await self._change(actions)

    async def answering_since(self, index: str) -> float:
        """Return when an index was swapped in, in seconds since 1970."""
        with translated("mapping"):
            found = await self._client.indices.get_mapping(index=index)
        return float(found[index]["mappings"].get("_meta", {}).get("antwortet_seit", 0.0))

    async def refresh(self, index: str) -> None:
        """Let everything that was written be found."""
        with translated("refresh"):
            await self._client.indices.refresh(index=index)

    async def delete(self, indexes: list[str]) -> None:
        """Delete indexes; one that is gone already is no matter."""
        with translated("delete"):
            await self._client.indices.delete(index=",".join(indexes), params={"ignore_unavailable": "true"})

    async def _change(self, actions: list[dict[str, Any]]) -> None:
        with translated("aliases"):
            await self._client.indices.update_aliases(body={"actions": actions})
