"""Pydantic's faults as pointers and German sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from dms_kit.core.errors import FieldError

# An error type with this prefix was raised by a validator of ours (PydanticCustomError): its text is German already.
OWN_ERROR = "dms_"

_SENTENCES: Mapping[str, str] = {
    "missing": "Die Angabe fehlt.",
    "extra_forbidden": "Dieses Feld ist nicht bekannt.",
    "string_type": "Erwartet wird ein Text.",
    "string_too_short": "Der Text hat weniger als {min_length} Zeichen.",
    "string_too_long": "Der Text hat mehr als {max_length} Zeichen.",
    "string_pattern_mismatch": "Der Text hat nicht die erwartete Form.",
    "int_type": "Erwartet wird eine ganze Zahl.",
    "int_parsing": "Erwartet wird eine ganze Zahl.",
    "int_from_float": "Erwartet wird eine ganze Zahl.",
    "float_type": "Erwartet wird eine Zahl.",
    "float_parsing": "Erwartet wird eine Zahl.",
    "bool_type": "Erwartet wird true oder false.",
    "bool_parsing": "Erwartet wird true oder false.",
    "list_type": "Erwartet wird eine Liste.",
    "dict_type": "Erwartet wird ein Objekt.",
    "model_type": "Erwartet wird ein Objekt.",
    "model_attributes_type": "Erwartet wird ein Objekt.",
    "too_short": "Die Liste hat weniger als {min_length} Einträge.",
    "too_long": "Die Liste hat mehr als {max_length} Einträge.",
    "greater_than": "Der Wert muss größer als {gt} sein.",
    "greater_than_equal": "Der Wert muss mindestens {ge} sein.",
    "less_than": "Der Wert muss kleiner als {lt} sein.",
    "less_than_equal": "Der Wert darf höchstens {le} sein.",
    "enum": "Erlaubt sind {expected}.",
    "literal_error": "Erlaubt sind {expected}.",
    "uuid_type": "Erwartet wird eine UUID.",
    "uuid_parsing": "Erwartet wird eine UUID.",
    "date_type": "Erwartet wird ein Datum (JJJJ-MM-TT).",
    "date_parsing": "Erwartet wird ein Datum (JJJJ-MM-TT).",
    "date_from_datetime_parsing": "Erwartet wird ein Datum (JJJJ-MM-TT).",
    "datetime_parsing": "Erwartet wird ein Zeitpunkt nach RFC 3339.",
    "datetime_from_date_parsing": "Erwartet wird ein Zeitpunkt nach RFC 3339.",
}
_OTHERWISE = "Der Wert ist ungültig."


def field_errors(faults: Sequence[Any]) -> tuple[FieldError, ...]:
    """Turn FastAPI's list of faults into pointers: into the body, else `/query/<name>` or `/header/<name>`."""
    return tuple(FieldError(pointer_of(fault["loc"]), sentence_of(fault)) for fault in faults)


def pointer_of(location: Sequence[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of a location; the body is the root."""
    parts = location[1:] if location and location[0] == "body" else location
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def sentence_of(fault: Mapping[str, Any]) -> str:
    """Return the German sentence for one fault."""
    kind = str(fault["type"])
    if kind.startswith(OWN_ERROR):
        return str(fault["msg"])
    try:
        facts = dict(fault.get("ctx") or {})
        if isinstance(facts.get("expected"), str):
            facts["expected"] = facts["expected"].replace(" or ", " und ")
        return _SENTENCES.get(kind, _OTHERWISE).format_map(facts)
    except KeyError:
        return _OTHERWISE


def is_about_path(faults: Sequence[Any]) -> bool:
    """Say whether an id in the path cannot be one: such an object does not exist."""
    return any(fault["loc"][:1] == ("path",) for fault in faults)


def has_missing_header(faults: Sequence[Any]) -> bool:
    """Say whether a required header is absent: such a request is malformed, not invalid."""
    return any(fault["loc"][:1] == ("header",) and fault["type"] == "missing" for fault in faults)
