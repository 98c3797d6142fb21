"""The Idempotency-Key header, and how a stored answer is sent again."""

import re
from typing import Annotated

import orjson
from fastapi import Header, Request, Response

from dms_kit.core.idempotency import AlreadyAnsweredError

_DESCRIPTION = (
    "Wiederholt ein Client dieselbe Anfrage mit demselben Schlüssel, erhält er die erste Antwort noch einmal"
    " (`Idempotency-Replayed: true`); ein anderer Inhalt unter demselben Schlüssel ergibt 422."
)
_KEY = Header(
    alias="Idempotency-Key",
    min_length=1,
    max_length=255,
    pattern=r"^[!-~]+$",
    description=_DESCRIPTION,
    examples=["4f9a1c1e-6f0e-4f5b-9d0d-2f6c7a0b8f11"],
)

_OF_A_PARENT = re.compile(r"(/api/v1)/[^/]+/[0-9a-f-]{36}(/[^/]+)")
# Declared as `idempotency_key: IdempotencyKey = None`.
IdempotencyKey = Annotated[str | None, _KEY]
# Where the key is required: its absence answers 400.
RequiredIdempotencyKey = Annotated[str, _KEY]


def replayed(request: Request, stored: AlreadyAnsweredError) -> Response:
    """
    Answer with the stored bytes and status; `ETag` and `Location` follow from them.

    Every resource repeats its ETag in its JSON. A created one lies below its collection by its id, also when it was
    posted to the collection of a parent.
    """
    headers = {"Idempotency-Replayed": "true"}
    document = orjson.loads(stored.body) if stored.body else None
    if isinstance(document, dict):
        if isinstance(etag := document.get("etag"), str):
            headers["ETag"] = etag
        if stored.status == 201 and isinstance(created := document.get("id"), str):
            headers["Location"] = f"{location_of(request.url.path)}/{created}"
    return Response(stored.body, status_code=stored.status, media_type="application/json", headers=headers)


def location_of(path: str) -> str:
    """Return the path of the collection to which something was posted: `/a/<id>/b` is `/b`."""
    collection = path.rstrip("/")
    match = _OF_A_PARENT.fullmatch(collection)
    return match[1] + match[2] if match else collection
