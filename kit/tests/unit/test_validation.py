"""What is wrong with a request is said in German sentences."""

from typing import Literal

import pytest
from pydantic import TypeAdapter, ValidationError

from dms_kit.web.validation import field_errors

Sort = Literal["-titel", "titel", "erstellt_am"]


def test_unknown_value_names_those_that_are_allowed():
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Sort).validate_python("farbe")
    [fault] = caught.value.errors()
    [error] = field_errors([{**fault, "loc": ("query", "sort")}])
    assert (error.pointer, error.detail) == ("/query/sort", "Erlaubt sind '-titel', 'titel' und 'erstellt_am'.")
