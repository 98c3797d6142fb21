"""Keys of the object store: `<mandant>/<service>/<uuid7>`, and nothing else is one."""

import re

from dms_kit.core.ids import new_id

_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_KEY = re.compile(rf"({_WORD.pattern})/({_WORD.pattern})/({_UUID.pattern})")


def fresh_key(mandant: str, service: str) -> str:
    """Return a key that no object has; raises ValueError for names that are no words."""
    return f"{checked_word(mandant)}/{checked_word(service)}/{new_id()}"


def parts_of(key: str) -> tuple[str, str, str] | None:
    """Return Mandant, service and UUID of a key; None for any other text."""
    match = _KEY.fullmatch(key)
    return (match[1], match[2], match[3]) if match else None


def checked_word(text: str) -> str:
    """Return the name of a Mandant or service as it is; raises ValueError when it could leave its folder."""
    if not _WORD.fullmatch(text):
        raise ValueError("a Mandant and a service are named by small letters, digits, hyphen and underscore")
    return text
