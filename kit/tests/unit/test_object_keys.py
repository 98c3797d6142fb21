import pytest

from dms_kit.core.object_keys import checked_word, fresh_key, parts_of


def test_fresh_key_has_three_parts():
    mandant, service, name = parts_of(fresh_key("dueren", "ingest"))
    assert (mandant, service, len(name)) == ("dueren", "ingest", 36)


@pytest.mark.parametrize("key", ["", "a/b", "a/b/c", "../b/019ac1a2-5f00-7000-8000-000000000000", "a/b/c/d"])
def test_other_texts_are_no_keys(key: str):
    assert parts_of(key) is None


def test_line_end_is_no_part_of_a_key():
    assert parts_of(fresh_key("a", "b") + "\n") is None
    with pytest.raises(ValueError, match="named by"):
        checked_word("a\n")
