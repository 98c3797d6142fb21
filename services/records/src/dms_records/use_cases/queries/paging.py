"""Places in a list, and pages of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

READ = "schriftgut:read"

RowT = TypeVar("RowT")


@dataclass(frozen=True, kw_only=True)
class Paging:
    """
    A place in a list: sorted by `sort` (a field, then the id), from behind `after` (its value and id).

    `descending` turns both; `limit` is the number of rows wanted.
    """

    sort: str
    descending: bool
    limit: int
    after: tuple[Any, UUID] | None = None


@dataclass(frozen=True)
class Rows(Generic[RowT]):
    """A page, and the place of its last row when there is more."""

    items: Sequence[RowT]
    next: tuple[Any, UUID] | None
