import base64
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from dms_kit.core.errors import InvalidInputError
from dms_kit.core.ids import new_id
from dms_kit.web.pagination import decode_cursor, encode_cursor

SHAPE = {"id": UUID, "am": datetime, "tag": date, "zahl": int, "wort": str}


def test_position_comes_back_in_its_types():
    position = {"id": new_id(), "am": datetime(2026, 3, 2, 8, tzinfo=UTC), "tag": date(2026, 3, 2), "zahl": -7}
    position["wort"] = "Ä&?"
    assert decode_cursor(encode_cursor(position), SHAPE) == position


def test_without_a_shape_texts_and_numbers_come_back():
    assert decode_cursor(encode_cursor({"a": "b", "n": 1, "x": None})) == {"a": "b", "n": 1, "x": None}


@pytest.mark.parametrize("cursor", ["", "x", "%", "é", "bnVsbA", "WzFd", "e30", "eyJhIjoiXHUwMDAwIn0", "A" * 2000])
def test_anything_else_is_invalid(cursor: str):
    with pytest.raises(InvalidInputError) as refused:
        decode_cursor(cursor, {"id": UUID})
    assert refused.value.errors[0].pointer == "/query/cursor"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (UUID, '"x"'),
        (UUID, "1"),
        (int, "true"),
        (int, '"1"'),
        (int, "9223372036854775808"),
        (str, "1"),
        (str, "null"),
        (str, "[]"),
        (datetime, '"2026-03-02T08:00:00"'),
        (datetime, '"x"'),
        (date, '"2026-13-01"'),
    ],
)
def test_forged_values_are_invalid(kind: type, value: str):
    cursor = base64.urlsafe_b64encode(f'{{"v":{value}}}'.encode()).decode()
    with pytest.raises(InvalidInputError):
        decode_cursor(cursor, {"v": kind})
