"""Digest fields (RFC 9530) of a request or a part."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator, Mapping

from dms_kit.core.errors import InvalidInputError, MalformedRequestError

_MEMBER = re.compile(r"\s*([a-z][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):\s*")
_SIZES = {"sha-256": 32, "sha-512": 64}


def sent_digests(headers: Mapping[str, str]) -> dict[str, bytes]:
    """
    Return the SHA-256 and SHA-512 that came in `Content-Digest` or `Repr-Digest` (here the same: no coding is allowed).

    Other algorithms are ignored, as the standard says; an unreadable field is MalformedRequestError.
    """
    found: dict[str, bytes] = {}
    for name in ("content-digest", "repr-digest"):
        for member in filter(None, headers.get(name, "").split(",")):
            match = _MEMBER.fullmatch(member)
            if match is None:
                raise MalformedRequestError("Ein Digest-Feld ist nicht lesbar.")
            if match[1] not in _SIZES:
                continue
            digest = _decoded(match[2])
            if len(digest) != _SIZES[match[1]] or found.setdefault(match[1], digest) != digest:
                raise MalformedRequestError("Ein Digest-Feld ist nicht lesbar.")
    return found


async def checked(stream: AsyncIterator[bytes], digests: Mapping[str, bytes]) -> AsyncIterator[bytes]:
    """Pass a stream on; at its end its digests must be the sent ones."""
    hashes = {algorithm: hashlib.new(algorithm.replace("-", "")) for algorithm in digests}
    async for chunk in stream:
        for running in hashes.values():
            running.update(chunk)
        yield chunk
    if any(hashes[algorithm].digest() != digest for algorithm, digest in digests.items()):
        raise InvalidInputError("Die Prüfsumme passt nicht zum gesendeten Inhalt.")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise MalformedRequestError("Ein Digest-Feld ist nicht lesbar.") from error
