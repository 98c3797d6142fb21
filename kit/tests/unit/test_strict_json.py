import json
import time

import pytest

from dms_kit.core.errors import MalformedRequestError
from dms_kit.web.strict_json import parse


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "nul",
        "[1,]",
        "{'a': 1}",
        '{"a": 1} x',
        '"a\nb"',
        "01",
        "\ufeff{}",
        '{"a": 1, "a": 2}',
        '{"x": {"a": 1, "\\u0061": 2}}',
        "NaN",
        "[Infinity]",
        "[-Infinity]",
        "1e999",
        '"\\u0000"',
        '{"\\u0000": 1}',
        '["\\ud800"]',
        '{"a": ["\\uDFFF"]}',
        '["\\ude00\\ud83d"]',
        "[" * 101 + "]" * 101,
        "[" * 10_000 + "]" * 10_000,
        '{"a":' * 10_000 + "1" + "}" * 10_000,
        "]" * 10_000,
        "1" * 5000,
    ],
)
def test_text_with_no_single_meaning_is_refused(text: str):
    with pytest.raises(MalformedRequestError):
        parse(text.encode())


@pytest.mark.parametrize("data", [b'"\xff"', b'"\xed\xa0\x80"', b"\xff\xfe{\x00}\x00", b'"\x00"', b'"abc\\'])
def test_bytes_that_are_no_unicode_text_are_refused(data: bytes):
    with pytest.raises(MalformedRequestError):
        parse(data)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        12.5,
        2**70,
        "Änne \U0001f600",
        'brackets in text [[[{{{ \\" ]',
        "\\u0000 is text here",
        {"a": {"b": [1, {"c": None}]}, "": ""},
        [[]] * 500,
    ],
)
def test_good_json_keeps_its_value(value: object):
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


def test_surrogate_pair_is_one_character():
    assert parse(b'"\\ud83d\\ude00"') == "\U0001f600"


def test_depth_limit_is_inclusive():
    assert parse(b"[" * 100 + b"]" * 100)
    assert parse(b'["' + b"[" * 500 + b'"]') == ["[" * 500]


@pytest.mark.parametrize(
    "pattern", [b'"\\"', b'\\"', b'"', b"[", b"]", b"[]", b"{}", b'"":', b"\\", b'"a",', b"\\u0000", b'{"a":', b"9"]
)
def test_time_grows_with_the_size_only(pattern: bytes):
    data = b'["' + pattern * (5_000_000 // len(pattern))
    started = time.process_time()
    with pytest.raises(MalformedRequestError):
        parse(data)
    # Quadratic time would be hours.
    assert time.process_time() - started < 10
