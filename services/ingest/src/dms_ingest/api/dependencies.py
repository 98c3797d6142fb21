"""What ingest's routes need, as `main.create_app` puts it on the app's state."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from dms_ingest.api.upload import UploadLimits
from dms_ingest.use_cases.ports import (
    AnsweredKeys,
    AntragAudience,
    OpenUnitOfWork,
    QuittungSigner,
)
from dms_kit.core.access import AccessScope, holds
from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import ForbiddenError
from dms_kit.core.idempotency import Idempotency
from dms_kit.ports.object_store import ObjectWriter
from dms_kit.ports.type_detector import TypeDetector
from dms_kit.roles import ROLES
from dms_kit.web.security import Caller

READ_OWN = "antrag:read_own"
READ_FILED = "schriftgut:read"


class Units(Protocol):
    """Makes units of work for requests."""

    def for_actor(self, actor: Actor, *, idempotency: Idempotency | None = None) -> OpenUnitOfWork:
        """Return the opener of an actor's request."""
        ...


class Scopes(Protocol):
    """Resolves what actors may see."""

    async def scope(self, actor: Actor) -> AccessScope:
        """Return what the actor may do now."""
        ...


@dataclass(frozen=True, kw_only=True)
class Ingest:
    """
    The parts of ingest behind its routes; `issuer` names this installation in receipts.

    Accepting takes `turns` at the database: a burst waits here for as long as it takes, the pool would give up.
    """

    units: Units
    scopes: Scopes
    answered: AnsweredKeys
    store: ObjectWriter
    discard: ObjectWriter
    types: TypeDetector
    signer: QuittungSigner
    clock: Clock
    limits: UploadLimits
    issuer: str
    turns: asyncio.Semaphore


async def _ingest(request: Request) -> Ingest:
    ingest: Ingest = request.app.state.ingest
    return ingest


IngestParts = Annotated[Ingest, Depends(_ingest)]


async def _audience(actor: Caller, ingest: IngestParts) -> AntragAudience:
    may_read_own = holds(actor, READ_OWN, ROLES)
    if not may_read_own and not holds(actor, READ_FILED, ROLES):
        raise ForbiddenError
    return AntragAudience(client=actor.client if may_read_own else None, scope=await ingest.scopes.scope(actor))


Audience = Annotated[AntragAudience, Depends(_audience)]
