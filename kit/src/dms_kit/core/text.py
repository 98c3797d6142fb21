"""Text as it enters the system: normalised to NFC, names made safe, German sort keys."""

import unicodedata

_BIDI_AND_CONTROL = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_MAX_NAME_BYTES = 200
_MAX_SUFFIX_CHARACTERS = 16


def normalise(text: str) -> str:
    """Return the text in NFC (DIN 91379 letters and sequences keep their form)."""
    return unicodedata.normalize("NFC", text)


def is_storable(text: str) -> bool:
    """Say whether the text can be stored and answered: no NUL, no lone surrogates."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def safe_filename(original: str) -> str:
    """
    Return a file name that is safe to show and to save: NFC, no path parts, no control or direction marks.

    At most 200 bytes of UTF-8, the suffix is kept. Never empty: an unusable name becomes `unbenannt`.
    """
    name = normalise(original.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cs"} and c not in _BIDI_AND_CONTROL)
    name = name.strip(" .") if set(name) <= {" ", "."} else name.strip()
    if not name:
        return "unbenannt"
    return _shorten(name)


def _shorten(name: str) -> str:
    if len(name.encode()) <= _MAX_NAME_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > _MAX_SUFFIX_CHARACTERS:
        stem, dot, suffix = name, "", ""
    room = _MAX_NAME_BYTES - len((dot + suffix).encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + suffix


def sort_key(text: str) -> str:
    """Return the key by which DIN 5007-1 sorts (words): ä like a, ß like ss, case and accents ignored."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in folded if not unicodedata.combining(character))
