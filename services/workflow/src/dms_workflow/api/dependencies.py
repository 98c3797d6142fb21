"""What the endpoints get from the app."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends, Request

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.idempotency import Idempotency
from dms_kit.web.conditional import check_if_match, etag_of
from dms_workflow.domain.aufgabe import Aufgabe
from dms_workflow.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes

Render = Callable[[Aufgabe], bytes]


@dataclass(frozen=True)
class Workflow:
    """The parts of the running service that endpoints hand to use cases."""

    units: Any
    scopes: Scopes
    clock: Clock

    def unit_of_work(self, actor: Actor, idempotency: Idempotency | None = None) -> OpenUnitOfWork:
        """Return the opener of the actor's transaction."""
        opener: OpenUnitOfWork = self.units.for_actor(actor, idempotency=idempotency)
        return opener


def _workflow(request: Request) -> Workflow:
    state = request.app.state
    return Workflow(state.units, state.scopes, state.clock)


Service = Annotated[Workflow, Depends(_workflow)]


def version_check(if_match: str | None) -> CheckVersion:
    """Return the check of a row version against the request's If-Match."""
    return lambda version: check_if_match(if_match, etag_of(version))


def idempotency_of(
    key: str | None, actor: Actor, operation: str, aufgabe_id: UUID, *, body: object = None, render: Render
) -> Idempotency | None:
    """Return what makes an act repeatable; the person is part of "same", so that nobody gets another's answer."""
    if key is None:
        return None
    same = orjson.dumps([actor.sub, str(aufgabe_id), body])
    return Idempotency(
        client=actor.client,
        operation=operation,
        key=key,
        fingerprint=hashlib.sha256(same).hexdigest(),
        status=200,
        render=render,
    )
