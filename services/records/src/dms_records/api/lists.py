"""Lists: query parameters in, a page with its cursor out."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from dms_kit.core.errors import FieldError, InvalidInputError
from dms_kit.web.pagination import Page, decode_cursor, encode_cursor
from dms_records.use_cases.queries import Paging, Rows

RowT = TypeVar("RowT")
ItemT = TypeVar("ItemT", bound=BaseModel)

# What the values behind a sort field are; all others are texts.
_KINDS: Mapping[str, type] = {
    "erstellt_am": datetime,
    "eingegangen_am": datetime,
    "geprueft_am": datetime,
    "geloescht_am": datetime,
    "durchgefuehrt_am": datetime,
    "loeschen_am": datetime,
    "zda_am": date,
    "wirksam_ab": date,
    "nummer": int,
    "version": int,
    "stand": int,
}


def paging_of(sort: str, limit: int, cursor: str | None) -> Paging:
    """Return the place in a list; a cursor of another order is InvalidInputError."""
    field, descending = sort.removeprefix("-"), sort.startswith("-")
    after: tuple[object, UUID] | None = None
    if cursor is not None:
        place = decode_cursor(cursor, {"sort": str, "value": _KINDS.get(field, str), "id": UUID})
        if place["sort"] != sort:
            fault = FieldError("/query/cursor", "Der Cursor gehört zu einer anderen Sortierung.")
            raise InvalidInputError(errors=[fault])
        after = (place["value"], place["id"])
    return Paging(sort=field, descending=descending, limit=limit, after=after)


def page_of(rows: Rows[RowT], make: Callable[[RowT], ItemT], sort: str) -> Page[ItemT]:
    """Return the page that is answered."""
    following = None
    if rows.next is not None:
        value, row_id = rows.next
        following = encode_cursor({"sort": sort, "value": value, "id": row_id})
    return Page(items=[make(row) for row in rows.items], next=following)
