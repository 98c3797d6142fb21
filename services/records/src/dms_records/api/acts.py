"""What acts get from their request: the check of its ETag, and what makes it repeatable."""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson

from dms_kit.core.actor import Actor
from dms_kit.core.idempotency import Idempotency
from dms_kit.web.conditional import check_if_match, etag_of
from dms_records.use_cases.ports import CheckVersion


def version_check(if_match: str | None) -> CheckVersion:
    """Return the check of a row version against the request's If-Match."""
    return lambda version: check_if_match(if_match, etag_of(version))


def idempotency_of(
    key: str | None, actor: Actor, operation: str, *said: Any, render: Callable[[Any], bytes], status: int = 200
) -> Idempotency | None:
    """Return what makes an act repeatable; the person is part of "same", so that nobody gets another's answer."""
    if key is None:
        return None
    same = orjson.dumps([actor.sub, *said], default=str)
    return Idempotency(
        client=actor.client,
        operation=operation,
        key=key,
        fingerprint=hashlib.sha256(same).hexdigest(),
        status=status,
        render=render,
    )
