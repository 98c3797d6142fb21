"""ETags and the headers that ask for them (RFC 9110, section 13)."""

import re
from typing import Annotated

from fastapi import Header

from dms_kit.core.errors import PreconditionFailedError, PreconditionRequiredError

# Declared as `if_match: IfMatch = None`; whether it is required is decided after the object was found.
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=1000,
        description="Das zuletzt gelesene `ETag`; ohne den Kopf 428, veraltet 412, `*` gilt als jeder Stand.",
        examples=['"3"'],
    ),
]
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", max_length=1000, description="Ist der Stand unverändert, lautet die Antwort 304."),
]
_ENTITY_TAG = re.compile(r'(W/)?"([^"]*)"')


def etag_of(version: int) -> str:
    """Return the strong ETag of a row version, quotes included."""
    return f'"{version}"'


def check_if_match(if_match: str | None, etag: str) -> None:
    """Raise PreconditionRequiredError without a header, PreconditionFailedError when it names no current ETag."""
    if if_match is None:
        raise PreconditionRequiredError
    if if_match.strip() == "*":
        return
    # Strong comparison: a weak tag never matches.
    if etag not in {f'"{value}"' for weak, value in _ENTITY_TAG.findall(if_match) if not weak}:
        raise PreconditionFailedError


def matches_none(if_none_match: str | None, etag: str) -> bool:
    """Say whether the client holds this ETag already (weak comparison): then the answer is 304."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return etag.removeprefix("W/") in {f'"{value}"' for _weak, value in _ENTITY_TAG.findall(if_none_match)}
