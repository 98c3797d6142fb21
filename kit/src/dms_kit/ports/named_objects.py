"""The objects that a service's rows name, across all Mandanten."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class NamedObject:
    """An object as the rows say it was written; `size` is in bytes, `sha256` hex."""

    key: str
    size: int
    sha256: str


class NamedObjects(Protocol):
    """Reads what the rows of one service name; an object that several rows name comes once."""

    async def find(self, keys: Collection[str]) -> Sequence[NamedObject]:
        """Return those of the keys that a committed row names."""
        ...

    async def page(self, mandant: str, *, after: str | None, limit: int) -> Sequence[NamedObject]:
        """Return the next objects of a Mandant by key, from behind the key `after`; fewer than `limit` at the end."""
        ...

    async def count(self, mandant: str) -> int:
        """Return how many objects the rows of a Mandant name."""
        ...

    async def mandanten(self) -> Sequence[str]:
        """Return every Mandant of which there may be objects."""
        ...
