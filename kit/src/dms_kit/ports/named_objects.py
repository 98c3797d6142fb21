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
