"""Pages of lists: opaque key-set cursors."""

import base64
import binascii
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Query
from pydantic import BaseModel, Field

from dms_kit.core.errors import DmsError, FieldError, InvalidInputError
from dms_kit.web import strict_json

Item = TypeVar("Item")

_MAX_CURSOR_CHARACTERS = 2048
_LARGEST_INTEGER = 2**63 - 1

# Declared as `limit: Limit = 50, cursor: CursorParam = None`.
Limit = Annotated[int, Query(ge=1, le=200, description="Höchstzahl der Einträge einer Seite.")]
CursorParam = Annotated[
    str | None,
    Query(
        max_length=_MAX_CURSOR_CHARACTERS,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="Der Wert von `next` der vorigen Seite; ohne ihn beginnt die Liste von vorn.",
    ),
]


class Page(BaseModel, Generic[Item]):
    """Eine Seite einer Liste."""

    items: list[Item]
    next: str | None = Field(description="Cursor der nächsten Seite; null auf der letzten.")


def encode_cursor(position: Mapping[str, Any]) -> str:
    """Return the opaque text of a position (strings, numbers, UUIDs, dates and times)."""
    return base64.urlsafe_b64encode(orjson.dumps(dict(position), default=str)).decode("ascii").rstrip("=")


def decode_cursor(cursor: str, shape: Mapping[str, type] | None = None) -> dict[str, Any]:
    """
    Return the position behind a cursor; anything that we did not encode is InvalidInputError.

    With a `shape` the fields must be exactly these and are turned into their types (str, int, UUID, datetime, date).
    """
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        position = strict_json.parse(data)
        if not isinstance(position, dict):
            raise _bad_cursor()
        if shape is None:
            return position
        if position.keys() != shape.keys():
            raise _bad_cursor()
        return {name: _typed(position[name], kind) for name, kind in shape.items()}
    except (ValueError, TypeError, binascii.Error, DmsError) as error:
        raise _bad_cursor() from error


def place_of(cursor: str | None, sort: str, shape: Mapping[str, type]) -> dict[str, Any] | None:
    """Return the position behind a cursor, None without one; a cursor of another order is InvalidInputError."""
    if cursor is None:
        return None
    place = decode_cursor(cursor, {"sort": str, **shape})
    if place.pop("sort") != sort:
        fault = FieldError("/query/cursor", "Der Cursor gehört zu einer anderen Sortierung.")
        raise InvalidInputError(errors=(fault,))
    return place


def _typed(value: Any, kind: type) -> Any:
    if kind is int and isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_INTEGER:
        return value
    if isinstance(value, str):
        if kind is str:
            return value
        if kind is UUID:
            return UUID(value)
        if kind in {datetime, date}:
            return _moment(value, kind)
    raise _bad_cursor()


def _moment(value: str, kind: Any) -> datetime | date:
    moment: datetime | date = kind.fromisoformat(value)
    if isinstance(moment, datetime) and moment.tzinfo is None:
        raise _bad_cursor()
    return moment


def _bad_cursor() -> InvalidInputError:
    return InvalidInputError(errors=(FieldError("/query/cursor", "Der Cursor ist ungültig."),))
