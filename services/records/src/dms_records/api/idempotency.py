"""What "the same request" means for acts with a JSON body."""

import hashlib
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from dms_kit.core.actor import Actor
from dms_kit.core.idempotency import Idempotency


def idempotency_of(
    key: str | None,
    actor: Actor,
    operation: str,
    body: BaseModel,
    *,
    about: object = "",
    render: Callable[[Any], BaseModel],
) -> Idempotency | None:
    """Return what makes a created answer repeatable: caller, body and what it is `about`; None without a key."""
    if key is None:
        return None
    said = f"{actor.sub}\n{about}\n{body.model_dump_json()}"
    return Idempotency(
        client=actor.client,
        operation=operation,
        key=key,
        fingerprint=hashlib.sha256(said.encode()).hexdigest(),
        status=201,
        render=lambda result: render(result).model_dump_json().encode(),
    )
