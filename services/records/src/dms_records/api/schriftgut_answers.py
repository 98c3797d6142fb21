"""What endpoints that write Akten and Vorgänge share: what an act takes, and the repeatable answer with its ETag."""

from collections.abc import Callable
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import Depends, Response
from pydantic import BaseModel

from dms_kit.core.actor import Actor
from dms_kit.core.idempotency import Idempotency
from dms_kit.web.conditional import IfMatch
from dms_kit.web.idempotency import IdempotencyKey
from dms_records.api.acts import idempotency_of, version_check
from dms_records.api.dependencies import AccessDep
from dms_records.use_cases.ports import OpenUnitOfWork

REPEATED = ("idempotenz-konflikt", "zwilling-laeuft")
ACTED = ("nicht-gefunden", "if-match-fehlt", "etag-veraltet", *REPEATED)


class Tagged(Protocol):
    """An answer with its state."""

    id: UUID
    etag: str

    def model_dump_json(self) -> str:
        """Return the answer as JSON."""
        ...


class Acting:
    """What every act on an Akte or a Vorgang takes besides its actor: what its headers say, and the parts it needs."""

    def __init__(self, access: AccessDep, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None) -> None:
        self.access = access
        self.check_version = version_check(if_match)
        self._key = idempotency_key

    def once(
        self, actor: Actor, operation: str, *said: UUID | BaseModel, render: Callable[[Any], Tagged]
    ) -> OpenUnitOfWork:
        """Return the opener of an act that is done once for its Idempotency-Key, if it brings one."""
        key = repeatable(self._key, actor, operation, said=said, render=render)
        return self.access.units.for_actor(actor, idempotency=key)


ActingDep = Annotated[Acting, Depends()]


def repeatable(
    key: str | None,
    actor: Actor,
    operation: str,
    *,
    said: tuple[UUID | BaseModel, ...],
    render: Callable[[Any], Tagged],
    status: int = 200,
) -> Idempotency | None:
    """Return what makes a request repeatable; the person is part of "same", so that nobody gets another's answer."""
    return idempotency_of(
        key,
        actor,
        operation,
        *(part.model_dump_json() if isinstance(part, BaseModel) else part for part in said),
        render=lambda answer: render(answer).model_dump_json().encode(),
        status=status,
    )


def respond(answer: Tagged) -> Response:
    """Answer with an object and its ETag."""
    return Response(answer.model_dump_json(), media_type="application/json", headers={"ETag": answer.etag})


def created(answer: Tagged, collection: str) -> Response:
    """Answer with a new object, its ETag and where it is found."""
    headers = {"ETag": answer.etag, "Location": f"{collection}/{answer.id}"}
    return Response(answer.model_dump_json(), status_code=201, media_type="application/json", headers=headers)
