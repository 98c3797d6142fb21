import pytest

from dms_records.use_cases.raw_json import member_of, raw_member


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ('{"a": 1, "formulardaten": {"x": 12.50}, "b": 2}', '{"x": 12.50}'),
        ('{"formulardaten":1E400}', "1E400"),
        (' {\n"z":[1,{"formulardaten":2}] ,\t"formulardaten" : "ä\\u0041" }', '"ä\\u0041"'),
        ('{"formulardaten": null}', "null"),
        ('{"a": "formulardaten"}', None),
        ("{}", None),
        ("[1]", None),
        ("", None),
    ],
)
def test_member_is_the_text_it_was_written_in(text, raw):
    assert raw_member(text, "formulardaten") == raw


@pytest.mark.parametrize("antrag", [b"\xff", b"{", b'{"formulardaten": }', b'{"a"', b"[" * 5000])
def test_unreadable_antrag_has_no_formulardaten(antrag):
    assert member_of(antrag, "formulardaten") is None
